using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Model;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conversion;

/// <summary>
/// What an export will do, decided from headers alone: every Hugging Face tensor as a view over the checkpoint, every
/// checkpoint tensor used or named as ignored.
/// </summary>
public sealed class ExportPlan : ITensorSource
{
    /// <summary>Why the state of an optimizer is left out.</summary>
    internal const string IsOptimizer = "optimizer state is not part of a Hugging Face model";

    private readonly List<string> _faults = [];
    private readonly Dictionary<string, TensorView> _tensors = [];
    private readonly List<string> _names = []; // of _tensors, in the order of the model
    private readonly List<Cast> _casts = [];
    private readonly ITensorSource? _reference;
    private readonly DType? _target;

    private ExportPlan(Family family, ModelProvider provider, ITensorSource? reference, DType? cast)
    {
        Family = family;
        Provider = provider;
        _reference = reference;
        _target = cast;
    }

    /// <summary>The family of the model.</summary>
    public Family Family { get; }

    /// <summary>The Megatron side's config.</summary>
    public ModelProvider Provider { get; }

    /// <summary>Which parameter makes which tensors, in the order of the model.</summary>
    public IReadOnlyList<Binding> Bindings { get; private init; } = [];

    /// <summary>Names of the Hugging Face tensors, in the order of the model.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <inheritdoc/>
    IReadOnlyCollection<string> ITensorSource.Names => _names;

    /// <summary>The Hugging Face tensors by name.</summary>
    public IReadOnlyDictionary<string, TensorView> Tensors => _tensors;

    /// <summary>Checkpoint tensors that are left out, and why.</summary>
    public IReadOnlyList<IgnoredEntry> Ignored { get; private set; } = [];

    /// <summary>
    /// Tensors of the reference that Megatron does not keep: made again as copies of what they must equal, or taken from the
    /// reference where nothing is said of that.
    /// </summary>
    public IReadOnlyList<IgnoredEntry> TakenOver { get; private set; } = [];

    /// <summary>Hugging Face tensors whose type differs from the checkpoint's.</summary>
    public IReadOnlyList<Cast> Casts => _casts;

    /// <summary>
    /// Plans the export of <paramref name="checkpoint"/>. With a <paramref name="reference"/>, the model that it once was
    /// made of, the export must have exactly the reference's tensors; unless <paramref name="mustMatch"/> is false, when only
    /// spellings, types and what Megatron does not keep are taken from it.
    /// </summary>
    /// <exception cref="MappingException">Tensors are missing, surplus, or of another shape than the config says.</exception>
    public static ExportPlan Create(
        ITensorSource checkpoint,
        Family family,
        ModelProvider provider,
        ITensorSource? reference = null,
        DType? cast = null,
        bool mustMatch = true
    ) => Create(new CheckpointParameters(checkpoint), family, provider, reference, cast, mustMatch);

    /// <summary>Plans the export of parameters, wherever they are; otherwise as for a checkpoint.</summary>
    /// <exception cref="MappingException">Tensors are missing, surplus, or of another shape than the config says.</exception>
    public static ExportPlan Create(
        IParameterSource parameters,
        Family family,
        ModelProvider provider,
        ITensorSource? reference = null,
        DType? cast = null,
        bool mustMatch = true
    )
    {
        ExportPlan plan = new(family, provider, reference, cast)
        {
            Bindings = Binding.Bind(family, provider, ModelTable.Build(provider), reference),
        };
        plan.AddParameters(parameters);
        plan.Ignored = [.. parameters.Unused.Order(StringComparer.Ordinal).Select(plan.Ignore).OfType<IgnoredEntry>()];
        if (reference is not null)
        {
            plan.TakeIgnored(reference, mustMatch);
        }

        if (reference is not null && mustMatch)
        {
            plan.MatchReference(reference);
        }

        return plan._faults.Count == 0
            ? plan
            : throw new MappingException(
                "The checkpoint does not fit the model that its config describes",
                plan._faults
            );
    }

    /// <inheritdoc/>
    public TensorView? Find(string name) => _tensors.GetValueOrDefault(name);

    private void AddParameters(IParameterSource parameters)
    {
        Dictionary<string, TensorView?[]> shared = [];
        foreach (Binding binding in Bindings)
        {
            IReadOnlyList<Shape> shapes = binding.HfShapes();
            IReadOnlyList<TensorView> parts = ToHf(binding, parameters);
            for (int i = 0; i < parts.Count; i++)
            {
                string name = binding.HfNames[i];
                if (binding is { Fused: null, Part: null })
                {
                    Add(binding, name, parts[i], shapes[i]);
                    continue;
                }

                if (!shared.TryGetValue(name, out TensorView?[]? shares))
                {
                    shared.Add(name, shares = new TensorView?[binding.ShareCount]);
                }

                shares[binding.ShareIndex] = parts[i];
                if (Array.TrueForAll(shares, share => share is not null))
                {
                    Add(binding, name, binding.Join(shares!), shapes[i]);
                }
            }
        }
    }

    private IReadOnlyList<TensorView> ToHf(Binding binding, IParameterSource parameters)
    {
        ModelParameter parameter = binding.Parameter;
        TensorView? found = parameters.Find(parameter);
        if (found is null)
        {
            _faults.Add(
                $"{parameter.Name} {parameter.Shape} is missing; looked for {parameter.Key} and its other spellings."
            );
            return [];
        }

        // A vocabulary may be padded otherwise than this config would pad it; all else must fit.
        bool isVocabulary = binding.Mapping is Mapping.Vocab;
        bool fits = isVocabulary
            ? found.Shape.Skip(1) == parameter.Shape.Skip(1) && found.Shape[0] >= Provider.VocabSize
            : found.Shape == parameter.Shape;
        if (!fits)
        {
            string expected = isVocabulary
                ? $"at least {Provider.VocabSize} rows, {parameter.Shape}"
                : $"{parameter.Shape}";
            _faults.Add($"{parameter.Name} should have the shape {expected}, but has {found.Shape}.");
            return [];
        }

        return binding.Mapping.ToHf(binding.Provider, found);
    }

    private void Add(Binding binding, string name, TensorView view, Shape expected)
    {
        if (view.Shape != expected)
        {
            throw new InvalidOperationException(
                $"{name}: the mapping made {view.Shape} where it had promised {expected}."
            );
        }

        if (_reference?.Find(name) is { } original)
        {
            view = binding.Mapping.PadLike(view, original);
        }

        // What Megatron always keeps in a type of its own goes back to the type that it came from.
        DType? wanted =
            binding.Parameter.DType is null || (Family.IsOfDiffusers && _target is not null)
                ? _target
                : _reference?.Find(name)?.DType;
        if (wanted is { } target && view.DType != target && view.DType.CanCastTo(target))
        {
            _casts.Add(new(name, view.DType, target));
            view = view.CastTo(target);
        }

        if (_tensors.TryAdd(name, view))
        {
            _names.Add(name);
        }
        else
        {
            _faults.Add($"{name} would be made of two parameters.");
        }
    }

    private IgnoredEntry? Ignore(string key)
    {
        if (OptimizerKeys.Has(key))
        {
            return new(key, IsOptimizer, null);
        }

        _faults.Add($"{key} is in the checkpoint, but no parameter of {Family.Architecture} is stored under it.");
        return null;
    }

    /// <summary>Tensors of the reference that Megatron does not keep are made again or taken from it.</summary>
    private void TakeIgnored(ITensorSource reference, bool mustMatch)
    {
        IEnumerable<string> surplus = reference.Names.Where(name => !_tensors.ContainsKey(name));
        IgnoredTensors ignored = new(Family, Provider, reference);
        TakenOver = ignored.Sort(surplus, mustMatch ? _faults : []);
        foreach (IgnoredEntry entry in TakenOver)
        {
            TensorView? view = entry.EqualTo is null
                ? reference.Find(entry.Name)
                : _tensors.GetValueOrDefault(entry.EqualTo);
            if (view is not null)
            {
                _tensors.Add(entry.Name, view);
                _names.Add(entry.Name);
            }
            else if (mustMatch)
            {
                _faults.Add(
                    $"{entry.Name} should be a copy of {entry.EqualTo}, which does not come out of the checkpoint."
                );
            }
        }
    }

    /// <summary>The reference's tensors must be ours.</summary>
    private void MatchReference(ITensorSource reference)
    {
        HashSet<string> known = [.. reference.Names];
        foreach (string name in _names)
        {
            if (!known.Contains(name))
            {
                _faults.Add(
                    $"{name} {_tensors[name].Shape} comes out of the checkpoint, but the reference model does not have it."
                );
            }
            else if (reference.Find(name) is { } expected && expected.Shape != _tensors[name].Shape)
            {
                _faults.Add(
                    $"{name} should have the reference model's shape {expected.Shape}, but has {_tensors[name].Shape}."
                );
            }
        }
    }
}
