using System.CommandLine;
using MegatronBridge.Cli.Errors;
using MegatronBridge.Config;
using MegatronBridge.Estimates;

namespace MegatronBridge.Cli.Parsing;

/// <summary>What is trained on, with which optimizer, and what is computed again; the names are upstream's.</summary>
internal sealed class TrainingOptions
{
    private readonly CountOption _sequenceLength = new(
        "--seq-length",
        "Tokens of each sequence. Default 4096, or as many as the model can take.",
        "--seq-len"
    );

    private readonly CountOption _microBatchSize = new(
        "--micro-batch-size",
        "Sequences that a rank works on at once. Default 1."
    );
    private readonly CountOption _globalBatchSize = new(
        "--global-batch-size",
        "Sequences of a step. Default: more than enough to fill the pipeline."
    );

    private readonly FlagOption _plain = new(
        "--no-distributed-optimizer",
        "Every data-parallel rank keeps the whole state of the optimizer."
    );

    private readonly FlagOption _precisionAware = new(
        "--use-precision-aware-optimizer",
        "Allow the types below, and keep only what bfloat16 parameters lack."
    );

    private readonly TypeOption _mainGrads = new("--main-grads-dtype", "Type of the gradients. Default fp32.");
    private readonly TypeOption _mainParams = new(
        "--main-params-dtype",
        "Type of the copy of the parameters that is trained. Default fp32."
    );

    private readonly TypeOption _expAvg = new("--exp-avg-dtype", "Type of Adam's mean of gradients. Default fp32.");
    private readonly TypeOption _expAvgSq = new("--exp-avg-sq-dtype", "Type of Adam's mean of squares. Default fp32.");
    private readonly FlagOption _unfused = new(
        "--unfused-attention",
        "Attention keeps the scores of all pairs, as flash attention does not."
    );

    private const string Granularity = "recompute_granularity";
    private static readonly string[] Kinds = ["selective", "full"];

    // With the granularity that each is of.
    private readonly (string Field, string? Kind, Option<string> Option)[] _recompute =
    [
        (Granularity, null, new TextOption("--recompute-granularity", "KIND", "selective or full.")),
        ("recompute_method", "full", new TextOption("--recompute-method", "METHOD", "For full: uniform or block.")),
        (
            "recompute_num_layers",
            "full",
            new TextOption("--recompute-num-layers", "N", "For full: layers of a unit or a block.")
        ),
        (
            "recompute_modules",
            "selective",
            new TextOption("--recompute-modules", "NAME,NAME,...", "For selective: core_attn, mlp, moe, moe_act, ….")
        ),
    ];

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command verb)
    {
        Option[] own =
        [
            _sequenceLength,
            _microBatchSize,
            _globalBatchSize,
            .. _recompute.Select(entry => entry.Option),
            _unfused,
            _plain,
            _precisionAware,
            _mainGrads,
            _mainParams,
            _expAvg,
            _expAvgSq,
        ];
        foreach (Option option in own)
        {
            verb.Options.Add(option);
        }
    }

    /// <summary>Fields of the model that the options set; <paramref name="others"/> are set besides.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fields(
        ParseResult parsed,
        ModelProvider provider,
        IReadOnlyList<KeyValuePair<string, string>> others
    )
    {
        KeyValuePair<string, string>[] fields =
        [
            .. _recompute
                .Select(entry => (entry.Field, Value: parsed.GetValue(entry.Option)))
                .Where(entry => entry.Value is not null)
                .Select(entry => KeyValuePair.Create(entry.Field, entry.Value!)),
            .. others,
        ];
        string? granularity =
            fields.LastOrDefault(field => field.Key == Granularity).Value ?? provider.RecomputeGranularity;
        string[] faults =
        [
            .. _recompute
                .Where(entry => entry.Kind is not null && parsed.GetValue(entry.Option) is not null)
                .Where(entry =>
                    granularity is null or "null" || (Kinds.Contains(granularity) && granularity != entry.Kind)
                )
                .Select(entry => $"{entry.Option.Name} says nothing without --recompute-granularity {entry.Kind}."),
        ];
        return faults.Length == 0 ? fields : throw UsageException.Of(parsed, faults);
    }

    /// <summary>The settings for a model; what is not given is that of <paramref name="recipe"/>.</summary>
    public TrainingSettings Read(ParseResult parsed, ModelProvider provider, TrainingSettings? recipe = null)
    {
        TrainingSettings otherwise = recipe ?? new() { SequenceLength = Math.Min(4096, provider.SeqLength) };
        OptimizerSettings defaults = otherwise.Optimizer;
        return otherwise with
        {
            SequenceLength = parsed.GetValue(_sequenceLength) ?? otherwise.SequenceLength,
            MicroBatchSize = parsed.GetValue(_microBatchSize) ?? otherwise.MicroBatchSize,
            GlobalBatchSize = parsed.GetValue(_globalBatchSize) ?? otherwise.GlobalBatchSize,
            HasUnfusedAttention = parsed.GetValue(_unfused),
            Optimizer = defaults with
            {
                UseDistributedOptimizer = defaults.UseDistributedOptimizer && !parsed.GetValue(_plain),
                UsePrecisionAwareOptimizer = defaults.UsePrecisionAwareOptimizer || parsed.GetValue(_precisionAware),
                MainGradsDtype = parsed.GetValue(_mainGrads) ?? defaults.MainGradsDtype,
                MainParamsDtype = parsed.GetValue(_mainParams) ?? defaults.MainParamsDtype,
                ExpAvgDtype = parsed.GetValue(_expAvg) ?? defaults.ExpAvgDtype,
                ExpAvgSqDtype = parsed.GetValue(_expAvgSq) ?? defaults.ExpAvgSqDtype,
            },
        };
    }
}
