using System.CommandLine;
using MegatronBridge.Adapters;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Hub;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>adapter import</c>: a folder of the library peft becomes a Megatron checkpoint of adapters.</summary>
internal sealed class AdapterImportVerb : Verb
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
    private readonly FlagOption _overwrite = new("--overwrite", "Replace a checkpoint that an import made before.");
    private readonly FlagOption _dryRun = new("--dry-run", "Check everything and print the plan; write nothing.");
    private readonly HubSettings _hub = new();
    private readonly TransferSettings _transfer = new();

    public AdapterImportVerb()
        : base("import", "Converts a folder of the library peft to a Megatron checkpoint of adapters.")
    {
        Options.Add(_adapter);
        Options.Add(_megatronPath);
        Options.Add(_base);
        _layout.AddTo(this);
        Options.Add(_dtype);
        Options.Add(_overwrite);
        Options.Add(_dryRun);
        _hub.AddTo(this);
        _transfer.AddTo(this);
    }

    /// <inheritdoc/>
    public override string Example => "--hf-adapter my-lora --base tiny-llama --megatron-path my-run";

    /// <inheritdoc/>
    public override async Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        HubModel? model = parsed.GetValue(_base) is { } named
            ? await _hub.LocateConfigAsync(named, parsed, terminal, cancellation)
            : null;
        AdapterImportOptions options = new()
        {
            HfAdapter = parsed.GetRequiredValue(_adapter),
            MegatronPath = parsed.GetRequiredValue(_megatronPath),
            BaseModel = model?.Path,
            Hub = _hub.Read(parsed, terminal),
            Sizes = _layout.Read(parsed),
            TargetDType = parsed.GetValue(_dtype),
            Overwrite = parsed.GetValue(_overwrite),
            Transfer = _transfer.Read(parsed),
        };
        using AdapterImporter importer = AdapterImporter.Open(options);
        if (parsed.GetValue(_dryRun))
        {
            return new ConversionResult(Name, importer.Report, isDryRun: true);
        }

        using ProgressLine progress = _transfer.StartProgress(parsed, terminal, Name);
        return new ConversionResult(Name, await importer.RunAsync(progress, cancellation), isDryRun: false);
    }
}
