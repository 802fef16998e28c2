using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Model;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conversion;

/// <summary>
/// What an import will do, decided from headers alone: every Megatron parameter as a view over Hugging Face tensors, every
/// Hugging Face tensor used or named as ignored.
/// </summary>
public sealed class ImportPlan
{
    private readonly ITensorSource _source;
    private readonly HfShapes _shapes = new();
    private readonly List<string> _faults = [];
    private readonly HashSet<string> _used = [];
    private readonly List<PlannedParameter> _parameters = [];
    private readonly List<Cast> _casts = [];

    private readonly Dictionary<string, string> _leftOut = new(StringComparer.Ordinal);
    private readonly Predicate<string>? _mayDiffer;

    private ImportPlan(
        ITensorSource source,
        Family family,
        ModelProvider provider,
        DType? cast,
        Predicate<string>? mayDiffer
    )
    {
        _mayDiffer = mayDiffer;
        _source = source;
        Family = family;
        Provider = provider;
        TargetDType = cast;
        Table = ModelTable.Build(provider);
    }

    /// <summary>The family of the model.</summary>
    public Family Family { get; }

    /// <summary>The Megatron side's config.</summary>
    public ModelProvider Provider { get; }

    /// <summary>What the Megatron model consists of.</summary>
    public ModelTable Table { get; }

    /// <summary>The type that floating-point tensors are cast to, or null to keep each as it is.</summary>
    public DType? TargetDType { get; }

    /// <summary>Every parameter with its contents, in the order of the table.</summary>
    public IReadOnlyList<PlannedParameter> Parameters => _parameters;

    /// <summary>Hugging Face tensors that are left out, and why.</summary>
    public IReadOnlyList<IgnoredEntry> Ignored { get; private set; } = [];

    /// <summary>Hugging Face tensors whose type changes.</summary>
    public IReadOnlyList<Cast> Casts => _casts;

    /// <summary>Parameters that nothing is loaded into because they differ, and may, with the reason.</summary>
    public IReadOnlyDictionary<string, string> LeftOut => _leftOut;

    /// <summary>Plans the import of <paramref name="source"/>.</summary>
    /// <param name="source">The tensors.</param>
    /// <param name="family">The family of the model.</param>
    /// <param name="provider">The Megatron side's config, completed.</param>
    /// <param name="cast">The type that floating-point tensors are cast to, or null to keep each as it is.</param>
    /// <param name="mayDiffer">
    /// True for names of parameters that are left out when their tensors are missing or of another shape; null to leave out none.
    /// </param>
    /// <exception cref="MappingException">Tensors are missing, surplus, or of another shape than the config says.</exception>
    public static ImportPlan Create(
        ITensorSource source,
        Family family,
        ModelProvider provider,
        DType? cast = null,
        Predicate<string>? mayDiffer = null
    )
    {
        ImportPlan plan = new(source, family, provider, cast, mayDiffer);
        foreach (Binding binding in Binding.Bind(family, provider, plan.Table, source))
        {
            plan.Add(binding);
        }

        IgnoredTensors ignored = new(family, provider, source);
        plan.Ignored = ignored.Sort(source.Names.Where(name => !plan._used.Contains(name)), plan._faults);
        plan.RequireOneTypePerKey();
        return plan._faults.Count == 0
            ? plan
            : throw new MappingException("The tensors do not fit the model that config.json describes", plan._faults);
    }

    private void Add(Binding binding)
    {
        IReadOnlyList<Shape> shapes = _shapes.Of(binding);
        List<TensorView> parts = new(shapes.Count);
        int faultsBefore = _faults.Count;
        for (int i = 0; i < shapes.Count; i++)
        {
            (string name, Shape expected) = (binding.HfNames[i], shapes[i]);
            _used.Add(name);
            if (_source.Find(name) is not { } given)
            {
                _faults.Add($"{name} {expected} is missing; {binding.Parameter.Name} is made of it.");
            }
            else if (binding.Mapping.Unpad(name, given, expected) is var tensor && tensor.Shape != expected)
            {
                _faults.Add($"{name} should have the shape {expected}, but has {tensor.Shape}.");
            }
            else
            {
                parts.Add(As(binding.Parameter.DType ?? TargetDType, name, binding.ShareOf(tensor)));
            }
        }

        if (parts.Count < binding.HfNames.Count)
        {
            if (_mayDiffer?.Invoke(binding.Parameter.Name) == true)
            {
                _leftOut.Add(binding.Parameter.Name, string.Join(' ', _faults.Skip(faultsBefore)));
                _faults.RemoveRange(faultsBefore, _faults.Count - faultsBefore);
            }

            return;
        }

        if (!parts.TrueForAll(part => part.DType == parts[0].DType))
        {
            string found = string.Join(", ", binding.HfNames.Zip(parts, (name, part) => $"{name} {part.DType}"));
            _faults.Add(
                $"{binding.Parameter.Name} is made of tensors of different types: {found}. Choose one with --torch-dtype."
            );
            return;
        }

        _parameters.Add(new(binding, binding.Mapping.ToMegatron(binding.Provider, parts)));
    }

    private TensorView As(DType? wanted, string name, TensorView tensor)
    {
        if (wanted is not { } target || tensor.DType == target || !tensor.DType.CanCastTo(target))
        {
            return tensor;
        }

        if (_casts.Count == 0 || _casts[^1].Name != name)
        {
            _casts.Add(new(name, tensor.DType, target));
        }

        return tensor.CastTo(target);
    }

    private void RequireOneTypePerKey()
    {
        Dictionary<string, DType> types = new(StringComparer.Ordinal);
        HashSet<string> mixed = new(StringComparer.Ordinal);
        foreach (PlannedParameter parameter in _parameters)
        {
            string key = parameter.Binding.Parameter.Key;
            if (!types.TryAdd(key, parameter.View.DType) && types[key] != parameter.View.DType)
            {
                mixed.Add(key);
            }
        }

        _faults.AddRange(mixed.Select(MixedTypes));
    }

    private string MixedTypes(string key)
    {
        string found = string.Join(
            ", ",
            _parameters
                .Where(parameter => parameter.Binding.Parameter.Key == key)
                .GroupBy(parameter => parameter.View.DType)
                .Select(type => $"{type.Count()} x {type.Key} (first {type.First().Binding.Parameter.Name})")
        );
        return $"{key} is one tensor in the checkpoint, but its parts differ in type: {found}. Choose one with --torch-dtype.";
    }
}
