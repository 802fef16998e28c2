using System.CommandLine;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Resharding;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>convert</c>: Megatron to Megatron, in another layout or format.</summary>
internal sealed class ConvertVerb : ConversionVerb
{
    private readonly TextOption _from = new(
        "--from",
        "DIR",
        "The Megatron checkpoint, torch_dist or legacy: its root folder, of which the newest iteration is taken, or the folder of one iteration."
    )
    {
        Required = true,
    };

    private readonly TextOption _to = new(
        "--to",
        "DIR",
        "Folder of the checkpoint to make; it gets the same iteration."
    )
    {
        Required = true,
    };

    private readonly FormatOption _format = new();
    private readonly LayoutOptions _layout = new();
    private readonly SettingsOption _settings = new(
        "Set a field of the Megatron model, by upstream's name, such as num_layers_in_first_pipeline_stage=3. May be repeated."
    );

    private readonly FlagOption _strict = new(
        "--strict",
        "Refuse a checkpoint of which something would be left out, such as the state of an optimizer."
    );

    public ConvertVerb()
        : base(
            "convert",
            "Converts a Megatron checkpoint to another layout or format.",
            "Replace a checkpoint that a conversion made before."
        )
    {
        AddOptions(_from, _to, _format);
        _layout.AddTo(this);
        AddOptions(_settings, _strict);
        AddCommonOptions(withHub: false);
    }

    /// <inheritdoc/>
    public override string Example => "--from tiny-llama-megatron --to tiny-llama-old --ckpt-format torch --tp 2";

    /// <inheritdoc/>
    public override async Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        CheckpointConversionOptions options = new()
        {
            From = parsed.GetRequiredValue(_from),
            To = parsed.GetRequiredValue(_to),
            Format = parsed.GetValue(_format),
            Sizes = _layout.Read(parsed),
            Settings = parsed.GetRequiredValue(_settings),
            Overwrite = Overwrites(parsed),
            Strict = parsed.GetValue(_strict),
            Transfer = Transfer(parsed),
        };
        using CheckpointConversion conversion = CheckpointConversion.Open(options);
        return await ConvertAsync(conversion, parsed, terminal, cancellation);
    }
}
