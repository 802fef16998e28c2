using MegatronBridge.Config;
using MegatronBridge.Estimates.Memory;
using MegatronBridge.Layout;

namespace MegatronBridge.Estimates;

/// <summary>Which layouts fit so many GPUs of so much memory, the fastest first, and why others do not.</summary>
public sealed class LayoutSearch
{
    private const int MostVirtualStages = 4;

    // Rules of thumb, not measured: each doubling of tensor, context and expert parallelism makes a step so much longer.
    private const double TensorCost = 0.05;
    private const double ContextCost = 0.03;
    private const double ExpertCost = 0.02;
    private const double SelectiveCost = 0.03;
    private const double FullCost = 1.0 / 3; // a forward pass more beside three

    private readonly ModelDescription _model;
    private readonly Dictionary<(int Pp, int Vp, int Vocabulary), ModelOutline> _outlines = [];

    private LayoutSearch(ModelDescription model, TrainingSettings training)
    {
        _model = model;
        Training = training;
    }

    /// <summary>Number of GPUs.</summary>
    public int Gpus { get; private init; }

    /// <summary>Bytes that training may use of each.</summary>
    public long GpuMemory { get; private init; }

    /// <summary>GPUs of a machine: tensor parallelism goes no further.</summary>
    public int GpusPerNode { get; private init; }

    /// <summary>The largest context parallel size to look at.</summary>
    public int MostCp { get; private init; }

    /// <summary>What is trained on.</summary>
    public TrainingSettings Training { get; private init; }

    /// <summary>Fields of the model, by upstream's names.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; private init; } = [];

    /// <summary>A search for a model.</summary>
    public static LayoutSearch For(
        ModelDescription model,
        int gpus,
        long gpuMemory,
        TrainingSettings training,
        IReadOnlyList<KeyValuePair<string, string>>? settings = null,
        int gpusPerNode = 8,
        int mostCp = 1
    ) =>
        new(model, training)
        {
            Gpus = gpus,
            GpuMemory = gpuMemory,
            Settings = settings ?? [],
            GpusPerNode = gpusPerNode,
            MostCp = mostCp,
        };

    /// <summary>Looks at all layouts: those that fit first, by cost, then by free memory.</summary>
    public IReadOnlyList<LayoutCandidate> Run(CancellationToken cancellation = default)
    {
        List<LayoutCandidate> candidates = [];
        foreach (ParallelSizes sizes in Layouts())
        {
            cancellation.ThrowIfCancellationRequested();
            candidates.Add(Look(sizes));
        }

        return
        [
            .. candidates
                .OrderBy(candidate => !candidate.Fits)
                .ThenBy(candidate => candidate.Estimate is null)
                .ThenBy(candidate => candidate.Fits ? candidate.Cost : 0)
                .ThenBy(candidate => candidate.Estimate?.Largest.Total),
        ];
    }

    /// <summary>All sizes of which the GPUs are a multiple.</summary>
    private IEnumerable<ParallelSizes> Layouts()
    {
        int experts = _model.Provider.NumMoeExperts ?? 1;
        return from tp in Divisors(Gpus, Math.Min(GpusPerNode, _model.Provider.NumAttentionHeads))
            from pp in Divisors(Gpus / tp, _model.Provider.NumLayers + 2)
            from cp in Divisors(Gpus / tp / pp, MostCp)
            from ep in Divisors(Gpus / pp, experts)
            from etp in ep > 1 || experts > 1 ? new[] { 1, tp }.Distinct() : [tp]
            where Gpus / pp % (etp * ep) == 0
            from vp in Enumerable.Range(1, pp > 1 ? MostVirtualStages : 1)
            where vp == 1 || _model.Provider.NumLayers % (pp * vp) == 0
            select new ParallelSizes
            {
                Tp = tp,
                Pp = pp,
                Cp = cp,
                Ep = ep,
                Etp = etp,
                Vp = vp,
                Dp = Gpus / (tp * pp * cp),
            };
    }

    private LayoutCandidate Look(ParallelSizes sizes)
    {
        LayoutCandidate? last = null;
        bool isGiven = Settings.Any(setting => setting.Key.StartsWith("recompute_", StringComparison.Ordinal));
        foreach (RecomputeLevel level in isGiven ? [RecomputeLevel.AsGiven] : Enum.GetValues<RecomputeLevel>())
        {
            try
            {
                last = Look(sizes, level);
            }
            catch (Exception e) when (e is LayoutException or InvalidConfigException)
            {
                return last ?? new(sizes, level, null, e.Message, 0);
            }

            if (last.Fits)
            {
                break;
            }
        }

        return last!;
    }

    private LayoutCandidate Look(ParallelSizes sizes, RecomputeLevel level)
    {
        KeyValuePair<string, string>[] own =
        [
            .. IsPipelineGiven ? [] : UnevenPipeline(_model.Provider, sizes),
            .. Recompute(level),
        ];
        ModelProvider provider = _model.LaidOut(sizes, [.. Settings, .. own]);
        (int, int, int) key = (sizes.Pp, sizes.Vp, provider.PaddedVocabSize);
        if (!_outlines.TryGetValue(key, out ModelOutline? outline))
        {
            outline = ModelOutline.Of(provider);
            _outlines.Add(key, outline);
        }

        MemoryEstimate estimate = MemoryEstimator.Estimate(provider, sizes, Training, outline);
        StageMemory largest = estimate.Largest;
        long missing = largest.Total - GpuMemory;
        string? obstacle =
            missing > 0
                ? $"stage {largest.Stage} needs {Gigabytes(largest.Total)} of {Gigabytes(GpuMemory)}: {Gigabytes(missing)} too much"
                : null;
        return new(sizes, level, estimate, obstacle, Cost(estimate.Sizes, level)) { Settings = own };
    }

    // Layers that do not divide are written out; the first and the last stage, which have the vocabulary, have no more than the others.
    internal static IReadOnlyList<KeyValuePair<string, string>> UnevenPipeline(ModelProvider model, ParallelSizes sizes)
    {
        const string field = "pipeline_model_parallel_layout";
        (int each, int more) = Math.DivRem(model.NumLayers, sizes.Pp);
        bool isDecoder = !model.Has("hybrid_layer_pattern") && !model.Has("falconh1_stack_spec");
        if (more == 0 || each == 0 || sizes.Vp > 1 || !isDecoder)
        {
            return [];
        }

        IEnumerable<string> stages = Enumerable
            .Range(0, sizes.Pp)
            .Select(stage => $"t*{each + (stage >= 1 && stage <= more ? 1 : 0)}");
        string predictions = new('m', model.MtpNumLayers ?? 0);
        return [new(field, $"E{string.Join('|', stages)}{predictions}L")];
    }

    private bool IsPipelineGiven => Settings.Any(setting => IsOfPipeline(setting.Key));

    private static bool IsOfPipeline(string field) =>
        field.Contains("pipeline_", StringComparison.Ordinal) && !field.EndsWith("_dtype", StringComparison.Ordinal);

    private IEnumerable<KeyValuePair<string, string>> Recompute(RecomputeLevel level)
    {
        if (level == RecomputeLevel.Full)
        {
            return
            [
                new("recompute_granularity", "full"),
                new("recompute_method", "uniform"),
                new("recompute_num_layers", "1"),
            ];
        }

        if (level == RecomputeLevel.AsGiven)
        {
            return [];
        }

        ModelProvider provider = _model.Provider;
        List<string> modules = ["layernorm"];
        if (Training.HasUnfusedAttention)
        {
            modules.Add("core_attn");
        }

        if (provider.NumMoeExperts is not null && provider.MoeGroupedGemm)
        {
            modules.Add("moe_act");
        }

        if (provider.MultiLatentAttention)
        {
            modules.Add("mla_up_proj");
        }

        return [new("recompute_granularity", "selective"), new("recompute_modules", $"[{string.Join(", ", modules)}]")];
    }

    private double Cost(ParallelSizes sizes, RecomputeLevel level)
    {
        double microbatches = Training.GlobalBatchSize is { } batch
            ? (double)batch / (Training.MicroBatchSize * sizes.Dp)
            : 4.0 * sizes.Pp;
        double bubble = (sizes.Pp - 1) / (sizes.Vp * microbatches);
        double again = level switch
        {
            RecomputeLevel.Full => FullCost,
            RecomputeLevel.Selective => SelectiveCost,
            _ => 0,
        };
        double talk =
            (TensorCost * Math.Log2(sizes.Tp))
            + (ContextCost * Math.Log2(sizes.Cp))
            + (ExpertCost * Math.Log2(sizes.Ep * sizes.Etp));
        return bubble + again + talk;
    }

    private static IEnumerable<int> Divisors(int number, int most) =>
        Enumerable.Range(1, Math.Max(1, Math.Min(number, most))).Where(divisor => number % divisor == 0);

    private static string Gigabytes(long bytes) => FormattableString.Invariant($"{bytes / 1e9:0.0} GB");
}
