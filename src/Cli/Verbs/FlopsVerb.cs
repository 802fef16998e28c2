using System.CommandLine;
using MegatronBridge.Cli.Errors;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Config;
using MegatronBridge.Estimates;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>flops</c>: what does a step cost?</summary>
internal sealed class FlopsVerb : Verb
{
    private const double DefaultUtilization = 0.4;

    private readonly ModelOptions _model = new();
    private readonly CountOption _batchSize = new(
        "--batch-size",
        "Sequences of a step. Default 1, or those of the recipe.",
        "--global-batch-size"
    );
    private readonly CountOption _sequenceLength = new(
        "--seq-length",
        "Tokens of each sequence. Default: as many as the model can take.",
        "--seq-len"
    );

    private readonly NumbersOption _packed = new(
        "--packed",
        "Tokens of each of the packed sequences of a step, in the place of the two options above.",
        least: 1
    );

    private readonly NumbersOption _images = new(
        "--images",
        "Patches of each image that a model with a tower is shown, before they are merged.",
        least: 1
    );

    private readonly LoraOptions _lora = new();

    private readonly NumberOption _gpuTflops = new(
        "--gpu-tflops",
        "T",
        "TFLOP/s of a GPU, such as 989 for BF16 on an H100: tells the time of a step."
    );

    private readonly NumberOption _utilization = new(
        "--mfu",
        "SHARE",
        "Share of these that training reaches (model FLOPs utilization). Default 0.4.",
        most: 1
    );

    private readonly CountOption _gpus = new("--gpus", "Number of GPUs. Default 1.");

    public FlopsVerb()
        : base("flops", "Counts the floating-point operations of a model, block by block, from its config.")
    {
        _model.AddTo(this);
        AddOptions([_batchSize, _sequenceLength, _packed, _images, .. _lora.All, _gpuTflops, _utilization, _gpus]);
    }

    /// <inheritdoc/>
    public override string Example => "--hf-model samples/tiny-llama --batch-size 8 --seq-length 2048";

    /// <inheritdoc/>
    public override async Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        bool hasTime = parsed.GetValue(_gpuTflops) is not null;
        if (!hasTime && (parsed.GetValue(_utilization) is not null || parsed.GetValue(_gpus) is not null))
        {
            throw UsageException.Of(parsed, "--mfu and --gpus tell the time of a step, which needs --gpu-tflops too.");
        }

        RecipeTraining? recipe = _model.ReadRecipe(parsed);
        ModelDescription model = recipe?.Model ?? await _model.ReadAsync(parsed, terminal, cancellation);
        ModelProvider provider = Completed(model, recipe, _model.Settings(parsed));
        SequenceBatch batch = ReadBatch(parsed, provider, recipe?.Training);
        FlopsCount count = FlopsCalculator.TransformerFlops(
            provider,
            batch,
            new()
            {
                Lora = _lora.Read(parsed, recipe?.Training.Lora),
                Images = [.. (parsed.GetValue(_images) ?? []).Select(patches => new ImagePatches(patches))],
            }
        );
        return new FlopsReport(model.Name, batch, count)
        {
            Speed = parsed.GetValue(_gpuTflops) is { } tflops
                ? new(tflops, parsed.GetValue(_utilization) ?? DefaultUtilization, parsed.GetValue(_gpus) ?? 1)
                : null,
        };
    }

    private static ModelProvider Completed(
        ModelDescription model,
        RecipeTraining? recipe,
        IEnumerable<KeyValuePair<string, string>> settings
    )
    {
        if (recipe is not null)
        {
            return model.LaidOut(recipe.Sizes, recipe.Settings);
        }

        foreach ((string field, string text) in settings)
        {
            model.Provider.SetFromText(field, text);
        }

        model.Provider.Complete();
        return model.Provider;
    }

    private SequenceBatch ReadBatch(ParseResult parsed, ModelProvider provider, TrainingSettings? recipe)
    {
        (int? count, int? length) = (parsed.GetValue(_batchSize), parsed.GetValue(_sequenceLength));
        if (parsed.GetValue(_packed) is not { } lengths)
        {
            return SequenceBatch.Uniform(
                count ?? recipe?.GlobalBatchSize ?? 1,
                length ?? recipe?.SequenceLength ?? provider.SeqLength
            );
        }

        return count is null && length is null
            ? SequenceBatch.Packed(lengths)
            : throw new UsageException(
                $"{CommandLine.Name} {Name}",
                [
                    "--packed tells how many sequences there are and how long they are; leave --batch-size and --seq-length out.",
                ]
            );
    }
}
