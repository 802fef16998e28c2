using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Layout;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Resharding;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>Reads the adapters of a Megatron checkpoint, whatever the layout that wrote it.</summary>
internal sealed class MegatronAdapter
{
    private readonly MegatronCheckpoint _checkpoint;
    private readonly AdapterSettings _settings;
    private readonly ParallelSizes _writer;
    private readonly HfShapes _shapes = new();
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly HashSet<string> _layers = new(StringComparer.Ordinal); // Hugging Face weights that could be adapted
    private readonly List<string> _faults = [];
    private readonly List<LowRankUpdate> _updates = [];
    private readonly List<string> _incomplete = []; // magnitudes of which other ranks had others

    private MegatronAdapter(MegatronCheckpoint checkpoint)
    {
        _checkpoint = checkpoint;
        _settings = PeftSection.Read(checkpoint.RunConfig, checkpoint.Location.Folder);
        _writer = checkpoint.RecordedSizes() ?? ParallelSizes.One;
    }

    /// <summary>Reads them. Nothing is read of the tensors yet but whether they are zero.</summary>
    /// <param name="checkpoint">A checkpoint of adapters.</param>
    /// <param name="family">The family of the model.</param>
    /// <param name="provider">Its config, for one rank.</param>
    /// <param name="hf">The Hugging Face model, which decides between spellings; or null.</param>
    /// <exception cref="BadFileException">It has no adapters, or its settings cannot be.</exception>
    /// <exception cref="MappingException">Tensors are missing, surplus or of another shape.</exception>
    public static AdapterSet Read(
        MegatronCheckpoint checkpoint,
        Family family,
        ModelProvider provider,
        ITensorSource? hf = null
    )
    {
        MegatronAdapter reader = new(checkpoint);
        foreach (Binding binding in Binding.Bind(family, provider, ModelTable.Build(provider), hf))
        {
            if (AdapterSlot.IsAdaptable(binding))
            {
                reader._layers.UnionWith(binding.HfNames.Where(PeftNames.IsWeight));
                reader.Add(binding, reader.RankFor(binding, provider));
            }
        }

        return reader.Finish();
    }

    private int RankFor(Binding binding, ModelProvider provider)
    {
        if (binding.Parameter.Expert is null || !_settings.NormalizesExperts)
        {
            return _settings.Rank;
        }

        int least = Math.Max(1, _settings.Rank / provider.MoeRouterTopk);
        return (least + _writer.Etp - 1) / _writer.Etp * _writer.Etp; // its ranks share it equally
    }

    private void Add(Binding binding, int rank)
    {
        AdapterSlot whole = AdapterSlot.Whole(binding);
        if (IsThere(whole, rank))
        {
            if (Find(whole, rank) is var (a, b, magnitude))
            {
                AddFused(whole, a, b, magnitude);
            }

            return;
        }

        IReadOnlyList<AdapterSlot> parts = AdapterSlot.Parts(binding);
        if (!parts.Any(part => IsThere(part, rank)))
        {
            return;
        }

        foreach ((AdapterSlot part, string weight) in parts.Zip(PackedExpert.WeightsOf(binding)))
        {
            if (Find(part, rank) is var (a, b, magnitude))
            {
                b = part.IsHalved && _writer.Tp > 1 ? RowOrder.Exchange(b, 2, _writer.Tp) : b;
                _updates.Add(Update(weight, a, b, magnitude));
            }
        }
    }

    /// <summary>One pair of matrices for several Hugging Face weights: each gets A, and its rows of B.</summary>
    private void AddFused(AdapterSlot slot, TensorView a, TensorView b, TensorView? magnitude)
    {
        Binding binding = slot.Binding;
        if (magnitude is not null && slot.IsHalved && _writer.Tp > 1)
        {
            magnitude = RowOrder.Exchange(magnitude, _writer.Tp, 2);
        }

        if (magnitude is not null && slot.IsRowParallel && _writer.Tp > 1)
        {
            _incomplete.Add(slot.Module);
        }

        if (HfRows.Split(binding, _shapes.Of(binding), b, magnitude) is not { } parts)
        {
            _faults.Add(
                $"{slot.Module} is adapted, but {string.Join(", ", binding.HfNames)} {_shapes.Of(binding)[0]} "
                    + $"({binding.Mapping.Kind}) cannot be adapted by matrices of their own in Hugging Face."
            );
            return;
        }

        foreach ((string weight, (TensorView rows, TensorView? lengths)) in PackedExpert.WeightsOf(binding).Zip(parts))
        {
            _updates.Add(Update(weight, a, rows, lengths));
        }
    }

    private LowRankUpdate Update(string weight, TensorView a, TensorView b, TensorView? magnitude) =>
        new()
        {
            Weight = weight,
            A = a,
            B = b,
            Magnitude = magnitude,
            Scale = _settings.Alpha / a.Shape[0],
        };

    private bool IsThere(AdapterSlot slot, int rank) =>
        Spellings(slot.A(rank)).Concat(Spellings(slot.B(rank))).Concat(Spellings(slot.Magnitude())).Any(HasKeys);

    private static IEnumerable<ParameterSpelling> Spellings(ModelParameter parameter) =>
        ParameterSpelling.Of(parameter).Concat(OneForAllExperts(parameter).SelectMany(ParameterSpelling.Of));

    private bool HasKeys(ParameterSpelling spelling) =>
        spelling.Keys.All(key => _checkpoint.Index?.FindTensor(key) is not null);

    /// <summary>Both matrices, and the magnitude with DoRA; null with faults.</summary>
    private (TensorView A, TensorView B, TensorView? Magnitude)? Find(AdapterSlot slot, int rank)
    {
        TensorView? a = Find(slot.A(rank));
        TensorView? b = Find(slot.B(rank));
        bool hasMagnitude = _settings.Method == AdapterMethod.Dora;
        TensorView? magnitude = hasMagnitude ? Find(slot.Magnitude()) : null;
        if (a is null || b is null || (hasMagnitude && magnitude is null))
        {
            return null;
        }

        if (!a.DType.IsWideFloat() || !b.DType.IsWideFloat())
        {
            _faults.Add(
                $"{slot.Module} has adapters of the types {a.DType} and {b.DType}, which are no floating-point numbers."
            );
            return null;
        }

        return (a, b, magnitude);
    }

    private TensorView? Find(ModelParameter parameter)
    {
        // Older files have one pair for all experts of a layer, where newer ones have copies.
        ModelParameter stored =
            OneForAllExperts(parameter)
                .FirstOrDefault(shared =>
                    ParameterSpelling.Of(shared).FirstOrDefault(HasKeys) is { } spelling
                    && _checkpoint.Find(spelling.Keys[0])!.Shape.Rank == spelling.Axes.Count + shared.Shape.Rank
                )
            ?? parameter;
        if (SpelledParameter.Find(_checkpoint, stored, _faults) is not { } found)
        {
            return null;
        }

        _used.UnionWith(found.Spelling.Keys);
        return found.View;
    }

    private static IEnumerable<ModelParameter> OneForAllExperts(ModelParameter parameter)
    {
        if (parameter.Expert is not { } expert)
        {
            yield break;
        }

        ModelParameter shared = parameter with
        {
            Name = parameter.Name[..^$"{expert}".Length],
            Axes = [.. parameter.Axes.SkipLast(1)],
            Expert = null,
        };
        yield return shared;
        yield return shared with
        {
            Key = shared.Key.Replace(".experts.experts.", ".experts.", StringComparison.Ordinal),
        };
    }

    private AdapterSet Finish()
    {
        foreach (
            string key in _checkpoint
                .Names.Where(key => !_used.Contains(key) && !OptimizerKeys.Has(key))
                .Order(StringComparer.Ordinal)
        )
        {
            string why =
                !key.Contains(".adapter.", StringComparison.Ordinal) ? "it is no tensor of an adapter"
                : key.EndsWith("weight_magnitude", StringComparison.Ordinal) && _settings.Method != AdapterMethod.Dora
                    ? $"the settings say {_settings.Method}, which has no magnitudes"
                : "no parameter of the model is adapted by it";
            _faults.Add($"{key} {_checkpoint.Find(key)?.Shape} is in the checkpoint, but {why}.");
        }

        if (_updates.Count == 0 && _faults.Count == 0)
        {
            _faults.Add($"There is not one adapter in {_checkpoint.Location.Folder}.");
        }

        if (_faults.Count > 0)
        {
            throw new MappingException("The adapters do not fit the model that their config describes", _faults);
        }

        HashSet<string> fillers = [.. Fillers()];
        LowRankUpdate[] updates = [.. _updates.Where(update => !fillers.Contains(update.Weight))];
        return new()
        {
            Settings = _settings,
            Updates = updates,
            Excluded = PeftExclusions.Of(
                updates.Select(update => update.Weight).Where(PeftNames.IsWeight).Select(PeftNames.ModuleOf),
                _layers.Select(PeftNames.ModuleOf)
            ),
            BaseModel = _checkpoint.HfModelId,
            Fillers = [.. fillers],
            Warnings = [.. Warnings()],
        };
    }

    /// <summary>What changes nothing; of packed experts only where none of them does.</summary>
    private IEnumerable<string> Fillers() =>
        _updates
            .GroupBy(update => PackedExpert.Parse(update.Weight)?.Tensor ?? update.Weight)
            .Where(ofTensor => ofTensor.All(update => update.IsFiller))
            .SelectMany(ofTensor => ofTensor.Select(update => update.Weight));

    private IEnumerable<string> Warnings()
    {
        if (_incomplete.Count > 0)
        {
            yield return $"DoRA was trained with {_writer.Tp} tensor parallel ranks, each of which had magnitudes of its own columns of "
                + $"{string.Join(", ", _incomplete.Take(3))}{(_incomplete.Count > 3 ? $" and {_incomplete.Count - 3} more" : "")}, and the "
                + "checkpoint keeps those of one rank: they are not the lengths of whole rows.";
        }
    }
}
