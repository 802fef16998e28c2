using System.CommandLine;
using MegatronBridge.Cli.Errors;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Cpu.Tokenizers;
using MegatronBridge.Hub;
using MegatronBridge.Tools;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>repair-embeddings</c>: rows of tokens that were never trained, and a copy in which they have contents.</summary>
internal sealed class RepairEmbeddingsVerb : ConversionVerb
{
    private readonly TextOption _model = new(
        "--model",
        "MODEL",
        "A Hugging Face folder, a Megatron checkpoint (torch_dist or legacy torch), or ORG/NAME or ORG/NAME@REV on the Hub.",
        "--hf-model",
        "--megatron-path"
    )
    {
        Required = true,
    };

    private readonly TextOption _out = new(
        "--out",
        "DIR",
        "Folder of a repaired copy, of the same format. Without it the rows are only reported."
    );

    private readonly NumberOption _threshold = new(
        "--threshold",
        "X",
        "Rows whose Euclidean norm is up to this are weak. Default 0.0001."
    );

    private readonly ChoiceOption<RowReplacement> _rows = new(
        "--rows",
        "What rewritten rows become: the token's row in the other matrix scaled to the norm of healthy rows, their mean, or a random direction. "
            + "Default: other, or mean where the head is tied."
    );

    private readonly ChoiceOption<EmbeddingChoice> _repair = new(
        "--repair",
        "Which matrix is repaired. Default: input, and with it a head that is tied to it."
    );

    private readonly NumbersOption _tokens = new(
        "--tokens",
        "Numbers of the tokens to rewrite, whatever their norm, and no others. Default: the weak ones.",
        least: 0
    );

    private readonly CountOption _maxRows = new(
        "--max-rows",
        $"Refuse to rewrite more rows of a matrix. Default {EmbeddingRepairOptions.DefaultMaxRows}."
    );

    private readonly CountOption _seed = new("--seed", "The seed of random rows. Default 1234.") { Least = 0 };

    public RepairEmbeddingsVerb()
        : base(
            "repair-embeddings",
            "Finds rows of embedding and head that are close to zero because their tokens were never trained, and repairs them in a copy.",
            dryRun: "Find the rows and print the plan; write nothing."
        )
    {
        AddOptions(_model, _out, _threshold, _rows, _repair, _tokens, _maxRows, _seed);
        AddCommonOptions();
    }

    /// <inheritdoc/>
    public override string Example => "--model samples/tiny-llama --out tiny-llama-repaired";

    /// <inheritdoc/>
    public override async Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        const int DefaultSeed = 1234;
        RequireOutput(parsed);
        string named = parsed.GetRequiredValue(_model);
        if (parsed.GetValue(_out) is { } output && !Path.Exists(named))
        {
            ModelRewrite.CheckTarget(new() { HfPath = output, Overwrite = Overwrites(parsed) }, named);
        }

        HubModel located = await LocateAsync(named, parsed, terminal, cancellation);
        EmbeddingRepairOptions options = new()
        {
            Model = located.Path,
            Output = parsed.GetValue(_out),
            Threshold = parsed.GetValue(_threshold) ?? EmbeddingRepairOptions.DefaultThreshold,
            MaxRows = parsed.GetValue(_maxRows) ?? EmbeddingRepairOptions.DefaultMaxRows,
            Tokens = parsed.GetValue(_tokens),
            Rows = parsed.GetValue(_rows),
            Repair = parsed.GetValue(_repair) ?? EmbeddingChoice.Input,
            Seed = parsed.GetValue(_seed) ?? DefaultSeed,
            Overwrite = Overwrites(parsed),
            Transfer = Transfer(parsed),
        };
        using EmbeddingRepair repair = EmbeddingRepair.Open(options);
        Tokenizer? tokenizer = ModelTokenizer.Beside(repair.TokenizerFiles)?.Tokenizer;
        EmbeddingReport plan = await RunStepAsync("check", repair.PlanAsync, parsed, terminal, cancellation);
        EmbeddingResult result(EmbeddingReport report, bool isDryRun) => new(report, options, tokenizer, isDryRun);
        return options.Output is null
            ? result(plan, isDryRun: true)
            : await ConvertAsync(
                plan,
                (progress, stop) => repair.RunAsync(plan, progress, stop),
                result,
                parsed,
                terminal,
                cancellation
            );
    }

    private void RequireOutput(ParseResult parsed)
    {
        if (parsed.GetValue(_out) is not null)
        {
            return;
        }

        (string Name, bool IsGiven)[] ofOutput =
        [
            (_rows.Name, parsed.GetValue(_rows) is not null),
            (_repair.Name, parsed.GetValue(_repair) is not null),
            (_tokens.Name, parsed.GetValue(_tokens) is not null),
            (_maxRows.Name, parsed.GetValue(_maxRows) is not null),
            (_seed.Name, parsed.GetValue(_seed) is not null),
            ("--overwrite", Overwrites(parsed)),
        ];
        string[] idle = [.. ofOutput.Where(option => option.IsGiven).Select(option => option.Name)];
        if (idle.Length > 0)
        {
            throw new UsageException(
                $"{CommandLine.Name} {Name}",
                [$"{string.Join(", ", idle)} say how to repair, but without --out nothing is written."]
            );
        }
    }
}
