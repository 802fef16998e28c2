using System.CommandLine;
using MegatronBridge.Adapters;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Hub;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>adapter import</c>: a folder of the library peft becomes a Megatron checkpoint of adapters.</summary>
internal sealed class AdapterImportVerb : ConversionVerb
{
    private readonly TextOption _adapter = new(
        "--hf-adapter",
        "DIR",
        "Folder with adapter_config.json and adapter_model.safetensors."
    )
    {
        Required = true,
    };

    private readonly TextOption _megatronPath = new("--megatron-path", "DIR", "Folder of the checkpoint to make.")
    {
        Required = true,
    };

    private readonly TextOption _base = new(
        "--base",
        "MODEL",
        "The model that is adapted: a Hugging Face folder, of which config.json suffices, ORG/NAME or ORG/NAME@REV on the Hub, or a "
            + "Megatron checkpoint. Default: the one that the adapter names, if it is on this machine."
    );

    private readonly LayoutOptions _layout = new();
    private readonly DTypeOption _dtype = new("Cast the adapters. Default: each tensor keeps its type.");

    public AdapterImportVerb()
        : base(
            "import",
            "Converts a folder of the library peft to a Megatron checkpoint of adapters.",
            "Replace a checkpoint that an import made before."
        )
    {
        AddOptions(_adapter, _megatronPath, _base);
        _layout.AddTo(this);
        AddOptions(_dtype);
        AddCommonOptions();
    }

    /// <inheritdoc/>
    public override string Example => "--hf-adapter my-lora --base tiny-llama --megatron-path my-run";

    /// <inheritdoc/>
    public override async Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        HubModel? model = parsed.GetValue(_base) is { } named
            ? await Hub.LocateConfigAsync(named, parsed, terminal, cancellation)
            : null;
        AdapterImportOptions options = new()
        {
            HfAdapter = parsed.GetRequiredValue(_adapter),
            MegatronPath = parsed.GetRequiredValue(_megatronPath),
            BaseModel = model?.Path,
            Hub = Hub.Read(parsed, terminal),
            Sizes = _layout.Read(parsed),
            TargetDType = parsed.GetValue(_dtype),
            Overwrite = Overwrites(parsed),
            Transfer = Transfer(parsed),
        };
        using AdapterImporter importer = AdapterImporter.Open(options);
        return await ConvertAsync(importer, parsed, terminal, cancellation);
    }
}
