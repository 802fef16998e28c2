using System.CommandLine;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Conversion;
using MegatronBridge.Hub;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>import</c>: Hugging Face to Megatron.</summary>
internal sealed class ImportVerb : Verb
{
    private readonly TextOption _hfModel = new(
        "--hf-model",
        "MODEL",
        "The Hugging Face model: its folder, or ORG/NAME or ORG/NAME@REV on the Hub, which is downloaded into the cache.",
        "--hf-model-id"
    )
    {
        Required = true,
    };

    private readonly TextOption _megatronPath = new(
        "--megatron-path",
        "DIR",
        "Folder of the checkpoint to make; the model goes to DIR/iter_0000000."
    )
    {
        Required = true,
    };

    private readonly LayoutOptions _layout = new();
    private readonly FormatOption _format = new();
    private readonly DTypeOption _dtype = new("Cast floating-point tensors. Default: each keeps its type.");
    private readonly SettingsOption _settings = new(
        "Set a field of the Megatron model, by upstream's name, such as should_pad_vocab=true. May be repeated."
    );

    private readonly FlagOption _keepQuantized = new(
        "--keep-quantized",
        "Refuse a quantised model instead of making numbers of its codes: Megatron's checkpoints have no place for these."
    );

    private readonly FlagOption _overwrite = new("--overwrite", "Replace a checkpoint that an import made before.");
    private readonly FlagOption _strict = new(
        "--strict",
        "Refuse a model of which a tensor or a setting would be left out, though with a reason."
    );
    private readonly FlagOption _dryRun = new("--dry-run", "Check everything and print the plan; write nothing.");
    private readonly HubSettings _hub = new();
    private readonly TransferSettings _transfer = new();

    public ImportVerb()
        : base("import", "Converts a Hugging Face model to a Megatron checkpoint.")
    {
        Options.Add(_hfModel);
        Options.Add(_megatronPath);
        _layout.AddTo(this);
        Options.Add(_format);
        Options.Add(_dtype);
        Options.Add(_settings);
        Options.Add(_keepQuantized);
        Options.Add(_overwrite);
        Options.Add(_strict);
        Options.Add(_dryRun);
        _hub.AddTo(this);
        _transfer.AddTo(this);
    }

    /// <inheritdoc/>
    public override string Example => "--hf-model samples/tiny-llama --megatron-path tiny-llama-megatron --tp 2";

    /// <inheritdoc/>
    public override async Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        ImportOptions options = new()
        {
            HfModel = parsed.GetRequiredValue(_hfModel),
            MegatronPath = parsed.GetRequiredValue(_megatronPath),
            TargetDType = parsed.GetValue(_dtype),
            Sizes = _layout.Read(parsed),
            Format = parsed.GetValue(_format),
            Settings = parsed.GetRequiredValue(_settings),
            KeepQuantized = parsed.GetValue(_keepQuantized),
            Overwrite = parsed.GetValue(_overwrite),
            Strict = parsed.GetValue(_strict),
            Transfer = _transfer.Read(parsed),
        };
        Importer.CheckTarget(options);
        HubModel model = await _hub.LocateAsync(options.HfModel, parsed, terminal, _transfer, cancellation);
        options = options with { HfModel = model.Path, HfModelId = model.Id, HfModelRevision = model.Revision };
        using Importer importer = Importer.Open(options);
        if (parsed.GetValue(_dryRun))
        {
            return new ConversionResult(Name, importer.Report, isDryRun: true);
        }

        using ProgressLine progress = _transfer.StartProgress(parsed, terminal, Name);
        return new ConversionResult(Name, await importer.RunAsync(progress, cancellation), isDryRun: false);
    }
}
