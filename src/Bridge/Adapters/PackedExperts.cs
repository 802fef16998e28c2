using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Model;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>Finds the weights of a model that packed matrices are for: slices of one tensor, or tensors of each expert's own.</summary>
internal sealed class PackedExperts
{
    private const string Unclear =
        "The experts are square, so that shapes do not tell whether A and B changed places, as peft before 0.19 had it for parameters that "
        + "lie output first. They are taken as they are.";

    private readonly Dictionary<string, Binding> _packed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Shape> _own = new(StringComparer.Ordinal);
    private readonly HfShapes _shapes = new();
    private readonly List<string> _faults = [];

    private PackedExperts(IReadOnlyList<Binding> bindings)
    {
        foreach (Binding binding in bindings.Where(binding => binding.Parameter.Expert is not null))
        {
            foreach ((string name, Shape shape) in binding.HfNames.Zip(HfRows.Shapes(binding, _shapes.Of(binding))))
            {
                if (binding.Fused is null)
                {
                    _own[name] = shape;
                }
                else
                {
                    (string module, string parameter) = PackedExpert.ParameterOf(name);
                    _packed[$"{module}.{parameter}"] = binding;
                }
            }
        }
    }

    /// <summary>The adapter with an update for each expert, in the place of packed ones.</summary>
    /// <exception cref="MappingException">The model has no such experts; all faults are told.</exception>
    public static AdapterSet Resolve(AdapterSet adapter, Family family, ModelProvider provider, ITensorSource? hf)
    {
        if (adapter.Packed.Count == 0)
        {
            return adapter;
        }

        PackedExperts experts = new(Binding.Bind(family, provider, ModelTable.Build(provider), hf));
        Place[] places = [.. adapter.Packed.Select(experts.Find).OfType<Place>()];
        if (experts._faults.Count > 0)
        {
            throw new MappingException("The adapter does not fit the experts of the model", experts._faults);
        }

        // Square ones are as the others of the file are.
        Place[] clear = [.. places.Where(place => place.Weight[0] != place.Weight[1])];
        bool areExchanged = clear.Any(place => !place.Packed.Fits(place.Weight));
        return adapter with
        {
            Updates = [.. adapter.Updates, .. places.SelectMany(place => place.Updates(areExchanged))],
            Packed = [],
            Warnings = clear.Length > 0 ? adapter.Warnings : [.. adapter.Warnings, Unclear],
        };
    }

    private Place? Find(PackedMatrices packed)
    {
        string name = $"{packed.Module}.{packed.Parameter}";
        string[] own = packed.Parameter == "gate_up_proj" ? ["gate_proj", "up_proj"] : [packed.Parameter];
        int experts;
        Shape weight;
        if (_packed.TryGetValue(name, out Binding? binding))
        {
            experts = binding.Fused!.Value.Count;
            weight = HfRows.Shapes(binding, _shapes.Of(binding))[0];
        }
        else if (_own.TryGetValue(Place.NameOf(packed, 0, own[0]), out Shape first))
        {
            experts = Enumerable.Range(0, int.MaxValue).First(i => !_own.ContainsKey(Place.NameOf(packed, i, own[0])));
            weight = first.With(0, first[0] * own.Length);
        }
        else
        {
            _faults.Add($"{name} is adapted, but the model has no experts of that name.");
            return null;
        }

        if (packed.Experts != experts || !(packed.Fits(weight) || packed.FitsExchanged(weight)))
        {
            _faults.Add(
                $"{name} has {experts} experts {weight}, but its adapter has lora_A {packed.A.Shape} and lora_B {packed.B.Shape} of rank "
                    + $"{packed.Rank}."
            );
            return null;
        }

        return new(packed, weight, binding?.HfNames[0], own);
    }

    /// <summary>Where packed matrices belong.</summary>
    /// <param name="Packed">The matrices.</param>
    /// <param name="Weight">Shape of an expert's weight, <c>[out, in]</c>.</param>
    /// <param name="Tensor">The tensor that packs the experts, or null where each has its own.</param>
    /// <param name="Own">Names of an expert's own tensors, of which each has its share of the rows.</param>
    private sealed record Place(PackedMatrices Packed, Shape Weight, string? Tensor, string[] Own)
    {
        public IEnumerable<LowRankUpdate> Updates(bool areExchanged) =>
            Packed
                .Split(areExchanged && !(Weight[0] != Weight[1] && Packed.Fits(Weight)))
                .SelectMany((one, expert) => Updates(one.A, one.B, expert));

        public static string NameOf(PackedMatrices packed, int expert, string part) =>
            $"{packed.Module}.{expert}.{part}.weight";

        private IEnumerable<LowRankUpdate> Updates(TensorView a, TensorView b, int expert)
        {
            if (Tensor is not null)
            {
                return [Update($"{Tensor}[{expert}]", a, b)];
            }

            long rows = Weight[0] / Own.Length;
            return Own.Select((part, i) => Update(NameOf(Packed, expert, part), a, b.Slice(0, rows * i, rows)));
        }

        private LowRankUpdate Update(string weight, TensorView a, TensorView b) =>
            new()
            {
                Weight = weight,
                A = a,
                B = b,
                Scale = Packed.Scale,
            };
    }
}
