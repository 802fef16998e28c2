using System.CommandLine;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Hub;
using MegatronBridge.Tools;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>cast</c>: a whole model in another floating-point type.</summary>
internal sealed class CastVerb : ConversionVerb
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

    private readonly TextOption _out = new("--out", "DIR", "Folder of the model to make, of the same format.")
    {
        Required = true,
    };

    private readonly DTypeOption _dtype = new(
        "The type that floating-point tensors get; bf16, fp16 and fp32 say the same.",
        "--dtype"
    )
    {
        Required = true,
    };

    private readonly TextsOption _keep = new(
        "--keep",
        "NAMES",
        "Tensors that keep their type; * is any text, as in \"*.A_log\". May be repeated."
    );

    private readonly FlagOption _allowOverflow = new(
        "--allow-overflow",
        "Write numbers that are too large for the type as infinity, which is refused otherwise."
    );

    private readonly FlagOption _dequantize = new(
        "--dequantize",
        "Make numbers of weights that are stored as codes, which is refused otherwise."
    );

    private readonly SizeOption _maxShard = new(
        "--max-shard-size",
        "Largest size of a Hugging Face file, such as 5GB. Default: the files that the model has.",
        least: 1
    );

    public CastVerb()
        : base(
            "cast",
            "Writes a whole model again in another floating-point type, in the format that it has.",
            dryRun: "Check everything, also for numbers that are too large, and print the plan; write nothing."
        )
    {
        AddOptions(_model, _out, _dtype, _keep, _allowOverflow, _dequantize, _maxShard);
        AddCommonOptions();
    }

    /// <inheritdoc/>
    public override string Example => "--model tiny-llama --out tiny-llama-fp16 --dtype fp16";

    /// <inheritdoc/>
    public override async Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        string named = parsed.GetRequiredValue(_model);
        if (!Path.Exists(named))
        {
            ToolOptions target = new() { HfPath = parsed.GetRequiredValue(_out), Overwrite = Overwrites(parsed) };
            ModelRewrite.CheckTarget(target, named); // before anything is downloaded
        }

        HubModel located = await LocateAsync(named, parsed, terminal, cancellation);
        ModelCastOptions options = new()
        {
            Model = located.Path,
            Output = parsed.GetRequiredValue(_out),
            DType = parsed.GetRequiredValue(_dtype)!.Value,
            Keep = parsed.GetRequiredValue(_keep),
            AllowOverflow = parsed.GetValue(_allowOverflow),
            Dequantize = parsed.GetValue(_dequantize),
            MaxShardBytes = parsed.GetValue(_maxShard),
            Overwrite = Overwrites(parsed),
            Transfer = Transfer(parsed),
        };
        using ModelCast cast = ModelCast.Open(options);
        await RunStepAsync("check", cast.CheckAsync, parsed, terminal, cancellation);
        return await ConvertAsync(
            cast.Report,
            cast.RunAsync,
            (report, isDryRun) => new CastResult(report, isDryRun),
            parsed,
            terminal,
            cancellation
        );
    }
}
