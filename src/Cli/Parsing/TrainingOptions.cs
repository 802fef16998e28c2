using System.CommandLine;
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

    private readonly (string Field, Option<string> Option)[] _recompute =
    [
        ("recompute_granularity", new TextOption("--recompute-granularity", "KIND", "selective or full.")),
        ("recompute_method", new TextOption("--recompute-method", "METHOD", "For full: uniform or block.")),
        (
            "recompute_num_layers",
            new TextOption("--recompute-num-layers", "N", "For full: layers of a unit or a block.")
        ),
        (
            "recompute_modules",
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

    /// <summary>Fields of the model that the options set.</summary>
    public IEnumerable<KeyValuePair<string, string>> Fields(ParseResult parsed) =>
        _recompute
            .Select(entry => (entry.Field, Value: parsed.GetValue(entry.Option)))
            .Where(entry => entry.Value is not null)
            .Select(entry => KeyValuePair.Create(entry.Field, entry.Value!));

    /// <summary>The settings for a model.</summary>
    public TrainingSettings Read(ParseResult parsed, ModelProvider provider)
    {
        OptimizerSettings defaults = new();
        return new()
        {
            SequenceLength = parsed.GetValue(_sequenceLength) ?? Math.Min(4096, provider.SeqLength),
            MicroBatchSize = parsed.GetValue(_microBatchSize) ?? 1,
            GlobalBatchSize = parsed.GetValue(_globalBatchSize),
            HasUnfusedAttention = parsed.GetValue(_unfused),
            Optimizer = new()
            {
                UseDistributedOptimizer = !parsed.GetValue(_plain),
                UsePrecisionAwareOptimizer = parsed.GetValue(_precisionAware),
                MainGradsDtype = parsed.GetValue(_mainGrads) ?? defaults.MainGradsDtype,
                MainParamsDtype = parsed.GetValue(_mainParams) ?? defaults.MainParamsDtype,
                ExpAvgDtype = parsed.GetValue(_expAvg) ?? defaults.ExpAvgDtype,
                ExpAvgSqDtype = parsed.GetValue(_expAvgSq) ?? defaults.ExpAvgSqDtype,
            },
        };
    }
}
