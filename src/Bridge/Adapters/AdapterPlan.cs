using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>An adapter as parameters of a Megatron model: which of upstream's methods it is, and what each parameter holds.</summary>
internal sealed class AdapterPlan
{
    private readonly ModelProvider _provider;
    private readonly AdapterSet _adapter;
    private readonly Dictionary<string, LowRankUpdate> _updates;
    private readonly HfShapes _shapes = new();
    private readonly List<string> _faults = [];
    private readonly List<(ModelParameter, TensorView)> _parameters = [];
    private readonly List<AdapterSlot> _slots = [];
    private readonly List<string> _filled = [];
    private readonly List<string> _wholeRows = [];

    private AdapterPlan(AdapterSet adapter, ModelProvider provider)
    {
        _adapter = adapter;
        _provider = provider;
        _updates = adapter.Updates.ToDictionary(update => update.Weight, StringComparer.Ordinal);
        Settings = adapter.Settings;
    }

    /// <summary>What the adapter is in Megatron.</summary>
    public AdapterSettings Settings { get; private set; }

    /// <summary>The parameters, in the order of the model, with their contents.</summary>
    public IReadOnlyList<(ModelParameter Parameter, TensorView View)> Parameters => _parameters;

    /// <summary>The layers that are adapted.</summary>
    public IReadOnlyList<AdapterSlot> Slots => _slots;

    /// <summary>All layers that could be.</summary>
    public IReadOnlyList<AdapterSlot> AllSlots { get; private init; } = [];

    /// <summary>Weights that get an adapter of zeros, since Megatron adapts all layers of a kind.</summary>
    public IReadOnlyList<string> Filled => _filled;

    /// <summary>Layers whose columns ranks share, with magnitudes of whole rows, which Megatron divides by lengths of parts of them.</summary>
    public IReadOnlyList<string> WholeRows => _wholeRows;

    private DType DType => _adapter.Updates[0].A.DType;

    /// <summary>Plans an adapter for a model whose config has the sizes of the layout.</summary>
    /// <exception cref="MappingException">The adapter is not one that Megatron can have; all reasons are told.</exception>
    public static AdapterPlan Create(AdapterSet adapter, Family family, ModelProvider provider, ITensorSource? hf)
    {
        Binding[] bindings =
        [
            .. Binding.Bind(family, provider, ModelTable.Build(provider), hf).Where(AdapterSlot.IsAdaptable),
        ];
        AdapterPlan plan = new(adapter, provider) { AllSlots = [.. bindings.Select(AdapterSlot.Whole)] };
        plan.RequireKnown(bindings, family);
        HashSet<string> keys = [.. bindings.Where(plan.IsAdapted).Select(binding => binding.Parameter.Key)];
        Binding[] adapted = [.. bindings.Where(binding => keys.Contains(binding.Parameter.Key))];
        plan.CheckShapes(adapted);
        if (plan._faults.Count == 0)
        {
            plan.ChooseSettings(adapted);
            foreach (Binding binding in adapted)
            {
                plan.Add(binding);
            }
        }

        return plan._faults.Count == 0
            ? plan
            : throw new MappingException("Megatron cannot have this adapter", plan._faults);
    }

    private bool IsAdapted(Binding binding) => PackedExpert.WeightsOf(binding).Any(_updates.ContainsKey);

    private void RequireKnown(Binding[] bindings, Family family)
    {
        HashSet<string> known = [.. bindings.SelectMany(PackedExpert.WeightsOf)];
        _faults.AddRange(
            _adapter
                .Updates.Where(update => !known.Contains(update.Weight))
                .Select(update =>
                    $"{update.Weight} is adapted, but Megatron's model of {family.Architecture} has no layer of that name that an adapter could stand beside."
                )
        );
        DType[] types =
        [
            .. _adapter.Updates.SelectMany(update => update.Tensors).Select(tensor => tensor.DType).Distinct(),
        ];
        if (types.Length > 1)
        {
            _faults.Add($"The tensors are of the types {string.Join(", ", types)}; choose one with --torch-dtype.");
        }
    }

    private void CheckShapes(Binding[] adapted)
    {
        foreach (Binding binding in adapted)
        {
            IReadOnlyList<Shape> shapes = _shapes.Of(binding);
            if (!HfRows.AreWhole(binding, shapes))
            {
                _faults.Add(
                    $"{binding.Parameter.Name} is made of {string.Join(", ", binding.HfNames)} ({binding.Mapping.Kind}), whose adapters "
                        + "cannot be joined."
                );
                continue;
            }

            foreach ((string name, Shape shape) in PackedExpert.WeightsOf(binding).Zip(HfRows.Shapes(binding, shapes)))
            {
                if (
                    _updates.TryGetValue(name, out LowRankUpdate? update)
                    && (update.B.Shape[0] != shape[0] || update.A.Shape[1] != shape[1])
                )
                {
                    _faults.Add(
                        $"{name} has the shape {shape}, but its adapter is B {update.B.Shape} times A {update.A.Shape}."
                    );
                }
            }
        }
    }

    private void ChooseSettings(Binding[] adapted)
    {
        Binding[] apart = [.. adapted.Where(binding => binding.HfNames.Count > 1 && !SharesA(binding))];
        bool isDora = Settings.Method == AdapterMethod.Dora;
        foreach (Binding binding in apart.Where(binding => isDora || AdapterSlot.Parts(binding).Count == 0))
        {
            _faults.Add(
                $"{binding.Parameter.Name}: {string.Join(", ", binding.HfNames)} need one lora_A in common, for Megatron has one adapter "
                    + $"for them{(isDora ? " with DoRA" : "")}."
            );
        }

        int top = _provider.NumMoeExperts is > 0 ? _provider.MoeRouterTopk : 1;
        int[] expertRanks =
        [
            .. adapted
                .Where(binding => binding.Parameter.Expert is not null)
                .SelectMany(PackedExpert.WeightsOf)
                .Select(_updates.GetValueOrDefault)
                .OfType<LowRankUpdate>()
                .Select(update => update.Rank)
                .Distinct(),
        ];
        bool normalizes = expertRanks is [var only] && only != Settings.Rank && only == Settings.Rank / top;
        Settings = Settings with
        {
            Method = !isDora && apart.Length > 0 ? AdapterMethod.CanonicalLora : Settings.Method,
            NormalizesExperts = normalizes,
            SharesExperts = expertRanks.Length == 0 || AreShared(adapted),
        };
        foreach (Binding binding in adapted)
        {
            int rank = RankFor(binding);
            foreach (
                LowRankUpdate update in PackedExpert
                    .WeightsOf(binding)
                    .Select(_updates.GetValueOrDefault)
                    .OfType<LowRankUpdate>()
            )
            {
                if (update.Rank != rank || (float)update.Scale != (float)(Settings.Alpha / rank))
                {
                    _faults.Add(
                        $"{update.Weight} has the rank {update.Rank} and the scale {update.Scale}, where Megatron can only have rank {rank} and "
                            + $"scale {Settings.Alpha / rank}."
                    );
                }
            }
        }
    }

    private int RankFor(Binding binding) =>
        binding.Parameter.Expert is not null && Settings.NormalizesExperts
            ? Settings.Rank / _provider.MoeRouterTopk
            : Settings.Rank;

    /// <summary>True when all projections of a layer have an adapter, and the same A.</summary>
    private bool SharesA(Binding binding)
    {
        if (!IsAdapted(binding))
        {
            return true; // all will be zero
        }

        LowRankUpdate?[] updates = [.. PackedExpert.WeightsOf(binding).Select(_updates.GetValueOrDefault)];
        return Array.TrueForAll(
            updates,
            update => update is not null && updates[0] is { } first && TensorContents.AreEqual(first.A, update.A)
        );
    }

    /// <summary>True when the experts of each layer have the same matrices.</summary>
    private bool AreShared(Binding[] adapted) =>
        adapted
            .Where(binding => binding.Parameter.Expert is not null)
            .GroupBy(binding => AdapterSlot.Whole(binding).Module)
            .All(ofLayer =>
                ofLayer.All(binding =>
                    PackedExpert
                        .WeightsOf(binding)
                        .Zip(PackedExpert.WeightsOf(ofLayer.First()))
                        .All(pair => AreSame(pair.First, pair.Second))
                )
            );

    private bool AreSame(string left, string right)
    {
        LowRankUpdate? one = _updates.GetValueOrDefault(left);
        LowRankUpdate? other = _updates.GetValueOrDefault(right);
        return one is null || other is null
            ? one == other
            : TensorContents.AreEqual(one.A, other.A) && TensorContents.AreEqual(one.B, other.B);
    }

    private void Add(Binding binding)
    {
        int rank = RankFor(binding);
        IReadOnlyList<Shape> shapes = HfRows.Shapes(binding, _shapes.Of(binding));
        LowRankUpdate[] updates =
        [
            .. PackedExpert.WeightsOf(binding).Zip(shapes, (name, shape) => UpdateOf(name, shape, rank)),
        ];
        IReadOnlyList<AdapterSlot> parts =
            Settings.Method == AdapterMethod.CanonicalLora ? AdapterSlot.Parts(binding) : [];
        AdapterSlot whole = AdapterSlot.Whole(binding);
        _slots.Add(whole);
        int tp = _provider.TensorModelParallelSize;
        if (parts.Count > 0)
        {
            foreach ((AdapterSlot part, LowRankUpdate update) in parts.Zip(updates))
            {
                _parameters.Add((part.A(rank), update.A));
                _parameters.Add(
                    (part.B(rank), part.IsHalved && tp > 1 ? RowOrder.Exchange(update.B, tp, 2) : update.B)
                );
            }

            return;
        }

        _parameters.Add((whole.A(rank), updates[0].A));
        _parameters.Add((whole.B(rank), HfRows.Join(binding, [.. updates.Select(update => update.B)])));
        if (Settings.Method == AdapterMethod.Dora && Array.TrueForAll(updates, update => update.Magnitude is not null))
        {
            TensorView magnitude = HfRows.Join(binding, [.. updates.Select(update => update.Magnitude!)]);
            _parameters.Add(
                (whole.Magnitude(), whole.IsHalved && tp > 1 ? RowOrder.Exchange(magnitude, 2, tp) : magnitude)
            );
            if (tp > 1 && whole.IsRowParallel)
            {
                _wholeRows.Add(whole.Module);
            }
        }
    }

    private LowRankUpdate UpdateOf(string weight, Shape shape, int rank)
    {
        if (_updates.TryGetValue(weight, out LowRankUpdate? update))
        {
            return update;
        }

        if (Settings.Method == AdapterMethod.Dora)
        {
            _faults.Add(
                $"{weight} has no adapter, but layers like it have. Megatron adapts all, and DoRA has no adapter that does nothing."
            );
        }

        _filled.Add(weight);
        return new()
        {
            Weight = weight,
            A = new ZeroView(DType, [rank, shape[1]]),
            B = new ZeroView(DType, [shape[0], rank]),
            Scale = Settings.Alpha / rank,
        };
    }
}
