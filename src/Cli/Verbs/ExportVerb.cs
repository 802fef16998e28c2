using System.CommandLine;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Conversion;
using MegatronBridge.Hub;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>export</c>: Megatron to Hugging Face.</summary>
internal sealed class ExportVerb : ConversionVerb
{
    private readonly TextOption _megatronPath = new(
        "--megatron-path",
        "DIR",
        "The Megatron checkpoint: its root folder, of which the newest iteration is taken, or the folder of one iteration."
    )
    {
        Required = true,
    };

    private readonly TextOption _hfPath = new("--hf-path", "DIR", "Folder of the Hugging Face model to make.")
    {
        Required = true,
    };

    private readonly TextOption _hfModel = new(
        "--hf-model",
        "MODEL",
        "The model that the checkpoint was once made of: its config, tokenizer and file names are taken over. Its folder, or "
            + "ORG/NAME or ORG/NAME@REV on the Hub. Default: where the checkpoint says that it came from, if that is on this machine.",
        "--hf-model-id"
    );

    private readonly DTypeOption _dtype = new("Cast floating-point tensors. Default: each keeps its type.");
    private readonly FlagOption _quantize = new(
        "--quantize",
        "Store as codes and scales (FP8, MXFP4, INT4) what the original model stores so. Default: as numbers."
    );

    private readonly SizeOption _maxShard = new(
        "--max-shard-size",
        "Largest size of a file, where there is no original whose files are taken over.",
        least: 1
    );

    private readonly FlagOption _strict = new(
        "--strict",
        "Refuse a checkpoint of which a tensor would be left out, and tensors that are not in it but only in the original."
    );

    public ExportVerb()
        : base(
            "export",
            "Converts a Megatron checkpoint to a Hugging Face model, with config and tokenizer.",
            "Replace a model that an export made before."
        )
    {
        AddOptions(_megatronPath, _hfPath, _hfModel, _dtype, _quantize, _maxShard, _strict);
        AddCommonOptions();
    }

    /// <inheritdoc/>
    public override string Example => "--megatron-path tiny-llama-megatron --hf-path tiny-llama-again";

    /// <inheritdoc/>
    public override async Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        ExportOptions options = new()
        {
            MegatronPath = parsed.GetRequiredValue(_megatronPath),
            HfPath = parsed.GetRequiredValue(_hfPath),
            HfModel = parsed.GetValue(_hfModel),
            Hub = Hub.Read(parsed, terminal),
            TargetDType = parsed.GetValue(_dtype),
            Quantize = parsed.GetValue(_quantize),
            Overwrite = Overwrites(parsed),
            Strict = parsed.GetValue(_strict),
            Transfer = Transfer(parsed),
        };
        options = parsed.GetValue(_maxShard) is { } bytes ? options with { MaxShardBytes = bytes } : options;
        Exporter.CheckTarget(options);
        if (options.HfModel is { } named)
        {
            HubModel model = await LocateAsync(named, parsed, terminal, cancellation);
            options = options with { HfModel = model.Path };
        }

        using Exporter exporter = Exporter.Open(options);
        return await ConvertAsync(exporter, parsed, terminal, cancellation);
    }
}
