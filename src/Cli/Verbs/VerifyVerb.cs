using System.CommandLine;
using MegatronBridge.Cli.Html;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Config;
using MegatronBridge.Cpu;
using MegatronBridge.Cpu.Tokenizers;
using MegatronBridge.Cpu.Verification;
using MegatronBridge.Hub;
using MegatronBridge.Inspection;
using MegatronBridge.Layout;
using MegatronBridge.Storage;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>verify</c>: do two checkpoints hold the same model?</summary>
internal sealed class VerifyVerb : Verb
{
    private const string DefaultPrompt = "The quick brown fox jumps over the lazy dog.";
    private const double DefaultTolerance = 1e-3;
    private const int TokensWithoutText = 16;

    private readonly TextOption _left = new(
        "--hf-model",
        "MODEL",
        "The model that counts as right: of Hugging Face or of Megatron, or ORG/NAME on the Hub.",
        "--hf-model-id",
        "--left"
    )
    {
        Required = true,
    };

    private readonly TextOption _right = new(
        "--megatron-path",
        "MODEL",
        "The model to be checked, in either format.",
        "--right"
    )
    {
        Required = true,
    };

    private readonly TextOption _leftAdapter = new(
        "--adapter",
        "DIR",
        "An adapter of the model that counts as right, merged into its weights as they are read: a folder of the library peft, or a Megatron "
            + "checkpoint of adapters.",
        "--left-adapter"
    );

    private readonly TextOption _rightAdapter = new(
        "--megatron-adapter",
        "DIR",
        "The same of the model to be checked.",
        "--right-adapter"
    );

    private readonly TextOption _prompt = new(
        "--prompt",
        "TEXT",
        $"The text that both models read. Default: {DefaultPrompt} Without a tokenizer, {TokensWithoutText} tokens are made up."
    );

    private readonly FlagOption _layers = new(
        "--layers",
        "Compare what goes through the models behind every block, too, and tell where they part."
    );

    private readonly NumberOption _tolerance = new(
        "--tolerance",
        "T",
        "Differences of logits up to this, relative to the largest logit, are none. Default 0.001."
    );

    private readonly TextOption _html = new(
        "--html",
        "FILE",
        "Write a page with tables and plots, which needs no network."
    );
    private readonly LayoutOptions _layout = new();
    private readonly HubSettings _hub = new();
    private readonly TransferSettings _transfer = new();

    public VerifyVerb()
        : base(
            "verify",
            "Checks a conversion: compares all tensors through the mapping, runs both models on the same text, in any layout, and tells where they part. "
                + "Exit code 1 when they differ."
        )
    {
        AddOptions(_left, _right, _leftAdapter, _rightAdapter, _prompt, _layers, _tolerance, _html);
        _layout.AddTo(this);
        _hub.AddTo(this, withRevision: false);
        _transfer.AddTo(this);
    }

    /// <inheritdoc/>
    public override string Example => "--hf-model samples/tiny-llama --megatron-path tiny-llama-megatron --layers";

    /// <inheritdoc/>
    public override async Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        Task<HubModel> locate(TextOption option) =>
            _hub.LocateAsync(parsed.GetRequiredValue(option), parsed, terminal, _transfer, cancellation);

        string leftPath = (await locate(_left)).Path;
        string rightPath = (await locate(_right)).Path;
        using Checkpoint left = Checkpoint.Open(leftPath, parsed.GetValue(_leftAdapter));
        using Checkpoint right = Checkpoint.Open(rightPath, parsed.GetValue(_rightAdapter));
        WriteWarnings([.. left.Adapter?.Warnings ?? [], .. right.Adapter?.Warnings ?? []], terminal);
        CheckpointDifference tensors = await _transfer.RunAsync(
            "compare",
            (progress, stop) => CheckpointComparison.RunAsync(left, right, _transfer.Read(parsed), progress, stop),
            parsed,
            terminal,
            cancellation
        );

        // A config.json of one side tells for both what Megatron has no field for.
        HfConfig? config = left.HfConfig ?? right.HfConfig;
        ParallelSizes sizes = _layout.Read(parsed);
        using ModelFolder leftFolder = ModelFolder.Of(left, sizes, config);
        using ModelFolder rightFolder = ModelFolder.Of(right, sizes, config);
        ModelTokenizer? tokenizer =
            ModelTokenizer.Beside(leftFolder.TokenizerFiles) ?? ModelTokenizer.Beside(rightFolder.TokenizerFiles);
        int[] tokens = Tokens(parsed, tokenizer, leftFolder);
        ModelDifference outputs = await Task.Run(
            () =>
                ModelVerifier.Run(
                    leftFolder,
                    rightFolder,
                    tokens,
                    parsed.GetValue(_layers),
                    _transfer.ReadThreads(parsed),
                    cancellation
                ),
            cancellation
        );
        VerificationReport report = new(left, right, tensors, outputs, tokenizer?.Tokenizer)
        {
            LeftAdapter = parsed.GetValue(_leftAdapter),
            RightAdapter = parsed.GetValue(_rightAdapter),
            Tolerance = parsed.GetValue(_tolerance) ?? DefaultTolerance,
        };
        if (parsed.GetValue(_html) is { } page)
        {
            await File.WriteAllTextAsync(page, VerificationPage.Of(report), cancellation);
        }

        return report;
    }

    private int[] Tokens(ParseResult parsed, ModelTokenizer? tokenizer, ModelFolder model)
    {
        if (tokenizer is not null)
        {
            return tokenizer.EncodePrompt(parsed.GetValue(_prompt) ?? DefaultPrompt);
        }

        if (parsed.GetValue(_prompt) is not null)
        {
            throw new BadFileException(
                model.Path,
                "neither model has a tokenizer.json, so --prompt cannot be turned into tokens. Leave it out to compare on made-up tokens."
            );
        }

        // Spread over the vocabulary, the same each time.
        int size = model.Provider.VocabSize;
        return [.. Enumerable.Range(1, TokensWithoutText).Select(i => (int)(i * 2_654_435_761L % size))];
    }
}
