using MegatronBridge.Conversion;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>The weights of a model with an adapter merged in; gathers what does not fit.</summary>
internal sealed class MergedWeights(AdapterSet adapter)
{
    private readonly FactorCache _factors = new();
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];
    private readonly HashSet<string> _packed =
    [
        .. adapter.Updates.Select(update => PackedExpert.Parse(update.Weight)?.Tensor).OfType<string>(),
    ];

    private readonly Dictionary<string, LowRankUpdate> _updates = adapter.Updates.ToDictionary(
        update => update.Weight,
        StringComparer.Ordinal
    );

    /// <summary>True when a weight that a parameter is made of is adapted.</summary>
    public bool Has(Binding binding) => PackedExpert.WeightsOf(binding).Any(_updates.ContainsKey);

    /// <summary>True when experts are adapted that Hugging Face packs into one tensor.</summary>
    public bool HasPacked => _packed.Count > 0;

    /// <summary>A Hugging Face weight, merged when it is adapted.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="weight">The weight, or all of a layer's experts.</param>
    /// <param name="isInputFirst">True for experts that lie input first.</param>
    public TensorView Merge(string name, TensorView weight, bool isInputFirst = false)
    {
        if (_packed.Contains(name) && weight.Shape.Rank == 3)
        {
            return TensorViews.Stack([
                .. Enumerable
                    .Range(0, (int)weight.Shape[0])
                    .Select(expert => MergeMatrix($"{name}[{expert}]", weight.Index(expert), isInputFirst)),
            ]);
        }

        return MergeMatrix(name, weight, isInputFirst: false);
    }

    private TensorView MergeMatrix(string name, TensorView weight, bool isInputFirst)
    {
        if (!_updates.TryGetValue(name, out LowRankUpdate? update))
        {
            return weight;
        }

        _used.Add(name);
        if (isInputFirst)
        {
            update = update with { A = update.B.Permute(1, 0), B = update.A.Permute(1, 0) }; // the product turns with its factors
        }

        Shape expected = [update.B.Shape[0], update.A.Shape[1]];
        if (weight.Shape != expected)
        {
            _faults.Add(
                $"{name} has the shape {weight.Shape}, but its adapter is B {update.B.Shape} times A {update.A.Shape}."
            );
            return weight;
        }

        if (weight.DType is not (DType.F16 or DType.BF16 or DType.F32))
        {
            _faults.Add(
                $"{name} is of the type {weight.DType}; adapters are merged into F16, BF16 and F32. The tool cast makes such of codes (--dequantize)."
            );
            return weight;
        }

        return new MergedView(weight, update, _factors, holdsB: PackedExpert.Parse(name) is not null);
    }

    /// <summary>A Megatron parameter, by way of the Hugging Face weights that it is made of.</summary>
    public TensorView Merge(Binding binding, TensorView parameter)
    {
        IReadOnlyList<string> names = PackedExpert.WeightsOf(binding);
        if (!Has(binding))
        {
            return parameter;
        }

        if (!HfRows.AreWhole(binding, binding.HfShapes()))
        {
            _used.UnionWith(names);
            _faults.Add(
                $"{binding.Parameter.Name} is made of {string.Join(", ", binding.HfNames)} ({binding.Mapping.Kind}), into which an "
                    + "adapter cannot be merged."
            );
            return parameter;
        }

        if (binding.Fused is not null)
        {
            LowRankUpdate update = _updates[names[0]];
            _updates[names[0]] = update with { B = HfRows.Join(binding, [update.B]) };
            return MergeMatrix(names[0], parameter, isInputFirst: false);
        }

        IReadOnlyList<TensorView> parts = binding.Mapping.ToHf(binding.Provider, parameter);
        return binding.Mapping.ToMegatron(
            binding.Provider,
            [.. names.Zip(parts, (name, part) => MergeMatrix(name, part, isInputFirst: false))]
        );
    }

    /// <summary>Refuses what did not fit, and adapters of weights that the model has not.</summary>
    /// <exception cref="MappingException">There are some; all are told.</exception>
    public void RequireAll()
    {
        _faults.AddRange(
            adapter
                .Updates.Where(update => !_used.Contains(update.Weight))
                .Select(update => $"{update.Weight} is adapted, but the model has no such weight.")
        );
        if (_faults.Count > 0)
        {
            throw new MappingException("The adapter does not fit the model", _faults);
        }
    }
}
