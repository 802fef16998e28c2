using System.CommandLine;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Conversion;
using MegatronBridge.Hub;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>import</c>: Hugging Face to Megatron.</summary>
internal sealed class ImportVerb : ConversionVerb
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

    private readonly FlagOption _strict = new(
        "--strict",
        "Refuse a model of which a tensor or a setting would be left out, though with a reason."
    );

    public ImportVerb()
        : base(
            "import",
            "Converts a Hugging Face model to a Megatron checkpoint.",
            "Replace a checkpoint that an import made before."
        )
    {
        AddOptions(_hfModel, _megatronPath);
        _layout.AddTo(this);
        AddOptions(_format, _dtype, _settings, _keepQuantized, _strict);
        AddCommonOptions();
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
            Overwrite = Overwrites(parsed),
            Strict = parsed.GetValue(_strict),
            Transfer = Transfer(parsed),
        };
        Importer.CheckTarget(options);
        HubModel model = await LocateAsync(options.HfModel, parsed, terminal, cancellation);
        options = options with { HfModel = model.Path, HfModelId = model.Id, HfModelRevision = model.Revision };
        using Importer importer = Importer.Open(options);
        return await ConvertAsync(importer, parsed, terminal, cancellation);
    }
}
