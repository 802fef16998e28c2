using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge;

/// <summary>
/// What one rank has of a model, in Hugging Face's form. Which part of each tensor that is follows from the mappings: they are asked where
/// the rank's elements go.
/// </summary>
internal sealed class HfWeightShards
{
    private readonly HfExportOptions _options;
    private readonly ExportPlan _plan;
    private readonly OwnedParameters _own;
    private readonly ILookup<string, Binding> _bindings; // of each tensor, those of parameters that the rank has
    private readonly bool _isFirst;
    private readonly HashSet<string>? _chosen;

    /// <summary>Plans the export.</summary>
    /// <exception cref="ArgumentException">Data-parallel ranks share the parameters out.</exception>
    /// <exception cref="MappingException">The model does not fit the family, or the original if it must.</exception>
    public HfWeightShards(
        IReadOnlyList<MegatronModel> models,
        Family family,
        HfConfig config,
        HfModelSource? source,
        HfExportOptions options
    )
    {
        if (models.SelectMany(model => model.Tensors).FirstOrDefault(tensor => tensor.Shard is not null) is { } shared)
        {
            throw new ArgumentException(
                $"{shared.Name} is shared out by rows over {shared.Shard!.Group.Size} data-parallel ranks, so that no rank has a part that its "
                    + $"layout tells. Export in the mode {nameof(ExportMode.Replicate)} or {nameof(ExportMode.Consolidate)}.",
                nameof(models)
            );
        }

        _options = options;
        _own = new(models);
        _isFirst = models[0].Parallel.Rank == 0;
        HfWeightStream whole = new(models, family, config, source, options.WeightDType, options.Strict);
        Names = whole.Names(options.Order);
        _plan = ExportPlan.Create(
            _own,
            family,
            models[0].Provider,
            whole.Original,
            options.WeightDType,
            options.Strict
        );
        _chosen = options.ConversionTasks?.Select(task => task.GlobalParamName).ToHashSet(StringComparer.Ordinal);
        _bindings = _plan
            .Bindings.Where(binding => _own.Has(binding.Parameter.Name))
            .SelectMany(binding => binding.HfNames.Select(name => (Name: name, Binding: binding)))
            .ToLookup(entry => entry.Name, entry => entry.Binding, StringComparer.Ordinal);
    }

    private IReadOnlyList<string> Names { get; }

    /// <summary>The rank's parts of the tensors, in order.</summary>
    public IEnumerable<HfWeight> Enumerate(CancellationToken cancellation)
    {
        Dictionary<string, IgnoredEntry> copies = _plan.TakenOver.ToDictionary(
            entry => entry.Name,
            StringComparer.Ordinal
        );
        foreach (string name in Names)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!copies.TryGetValue(name, out IgnoredEntry? copy))
            {
                if (Shard(name, name) is { } shard)
                {
                    yield return shard;
                }
            }
            else if (copy.EqualTo is not null)
            {
                if (Shard(name, copy.EqualTo) is { } shard)
                {
                    yield return shard;
                }
            }
            else if (_isFirst && _chosen is null)
            {
                yield return new(name, _plan.Tensors[name]); // which only the original has
            }
        }
    }

    private HfWeight? Shard(string name, string original)
    {
        TensorView whole = _plan.Tensors[original];
        Binding[] bindings =
        [
            .. _bindings[original].Where(binding => _chosen?.Contains(binding.Parameter.Name) != false),
        ];
        IReadOnlyList<Box> boxes = OwnedBoxes.Merge(bindings.SelectMany(binding => OwnedBoxes.Of(whole, binding)));
        return boxes.Count == 0
            ? null
            : new(name, OwnedBoxes.Join(whole, boxes, name)) { WholeShape = whole.Shape, Pieces = boxes };
    }
}
