using System.CommandLine;
using MegatronBridge.Adapters;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Hub;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>adapter export</c>: a Megatron checkpoint of adapters becomes a folder of the library peft.</summary>
internal sealed class AdapterExportVerb : ConversionVerb
{
    private readonly TextOption _megatronPath = new(
        "--megatron-path",
        "DIR",
        "The checkpoint of adapters: its root folder, of which the newest iteration is taken, or the folder of one iteration.",
        "--lora-checkpoint"
    )
    {
        Required = true,
    };

    private readonly TextOption _hfPath = new(
        "--hf-path",
        "DIR",
        "Folder to make, with adapter_config.json and adapter_model.safetensors.",
        "--output"
    )
    {
        Required = true,
    };

    private readonly TextOption _hfModel = new(
        "--hf-model",
        "MODEL",
        "The Hugging Face model that is adapted, a folder, of which config.json suffices, or ORG/NAME or ORG/NAME@REV on the Hub: tells the "
            + "family where the checkpoint does not. The adapter names it as its base.",
        "--hf-model-path"
    );

    private readonly TextOption _baseName = new(
        "--base-name",
        "NAME",
        "What the adapter names as its base, such as ORG/NAME. Default: --hf-model, else what the checkpoint names."
    );

    private readonly DTypeOption _dtype = new("Cast the adapters. Default: each tensor keeps its type.");
    private readonly FlagOption _packed = new(
        "--packed-experts",
        "Adapt the parameters that transformers 5 packs the experts of a layer into, instead of each expert; models that are packed on "
            + "disk are adapted so anyway."
    );

    public AdapterExportVerb()
        : base(
            "export",
            "Converts a Megatron checkpoint of adapters to a folder of the library peft.",
            "Replace an adapter that an export made before."
        )
    {
        AddOptions(_megatronPath, _hfPath, _hfModel, _baseName, _dtype, _packed);
        AddCommonOptions();
    }

    /// <inheritdoc/>
    public override string Example => "--megatron-path my-lora-run --hf-path my-lora";

    /// <inheritdoc/>
    public override async Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        HubModel? model = parsed.GetValue(_hfModel) is { } named
            ? await Hub.LocateConfigAsync(named, parsed, terminal, cancellation)
            : null;
        AdapterExportOptions options = new()
        {
            MegatronPath = parsed.GetRequiredValue(_megatronPath),
            HfPath = parsed.GetRequiredValue(_hfPath),
            HfModel = model?.Path,
            BaseName = parsed.GetValue(_baseName) ?? model?.Id,
            TargetDType = parsed.GetValue(_dtype),
            PackExperts = parsed.GetValue(_packed),
            Overwrite = Overwrites(parsed),
            Transfer = Transfer(parsed),
        };
        using AdapterExporter exporter = AdapterExporter.Open(options);
        return await ConvertAsync(exporter, parsed, terminal, cancellation);
    }
}
