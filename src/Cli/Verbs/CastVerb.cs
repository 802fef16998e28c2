using System.CommandLine;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Hub;
using MegatronBridge.Tools;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>cast</c>: a whole model in another floating-point type.</summary>
internal sealed class CastVerb : Verb
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

    private readonly FlagOption _overwrite = new("--overwrite", "Replace a model that a conversion made before.");
    private readonly FlagOption _dryRun = new(
        "--dry-run",
        "Check everything, also for numbers that are too large, and print the plan; write nothing."
    );
    private readonly HubSettings _hub = new();
    private readonly TransferSettings _transfer = new();

    public CastVerb()
        : base("cast", "Writes a whole model again in another floating-point type, in the format that it has.")
    {
        Option[] own = [_model, _out, _dtype, _keep, _allowOverflow, _dequantize, _maxShard, _overwrite, _dryRun];
        foreach (Option option in own)
        {
            Options.Add(option);
        }

        _hub.AddTo(this);
        _transfer.AddTo(this);
    }

    /// <inheritdoc/>
    public override string Example => "--model tiny-llama --out tiny-llama-fp16 --dtype fp16";

    /// <inheritdoc/>
    public override async Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        string named = parsed.GetRequiredValue(_model);
        if (!Path.Exists(named))
        {
            ToolOptions target = new()
            {
                HfPath = parsed.GetRequiredValue(_out),
                Overwrite = parsed.GetValue(_overwrite),
            };
            ModelRewrite.CheckTarget(target, named); // before anything is downloaded
        }

        HubModel located = await _hub.LocateAsync(named, parsed, terminal, _transfer, cancellation);
        ModelCastOptions options = new()
        {
            Model = located.Path,
            Output = parsed.GetRequiredValue(_out),
            DType = parsed.GetRequiredValue(_dtype)!.Value,
            Keep = parsed.GetRequiredValue(_keep),
            AllowOverflow = parsed.GetValue(_allowOverflow),
            Dequantize = parsed.GetValue(_dequantize),
            MaxShardBytes = parsed.GetValue(_maxShard),
            Overwrite = parsed.GetValue(_overwrite),
            Transfer = _transfer.Read(parsed),
        };
        using ModelCast cast = ModelCast.Open(options);
        using (ProgressLine progress = _transfer.StartProgress(parsed, terminal, "check"))
        {
            await cast.CheckAsync(progress, cancellation);
        }

        if (parsed.GetValue(_dryRun))
        {
            return new CastResult(cast.Report, isDryRun: true);
        }

        using (ProgressLine progress = _transfer.StartProgress(parsed, terminal, Name))
        {
            return new CastResult(await cast.RunAsync(progress, cancellation), isDryRun: false);
        }
    }
}
