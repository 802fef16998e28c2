using System.CommandLine;
using MegatronBridge.Cli.Output;
using MegatronBridge.Hub;
using MegatronBridge.Tools;

namespace MegatronBridge.Cli.Parsing;

/// <summary>The Hugging Face model that a tool reads: a folder, or one of the Hub.</summary>
internal sealed class SourceModel
{
    private readonly HubSettings _hub = new();

    /// <summary>The option itself.</summary>
    public TextOption Option { get; } =
        new("--hf-model", "MODEL", "The Hugging Face model: its folder, or ORG/NAME or ORG/NAME@REV on the Hub.");

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command verb, bool isRequired)
    {
        Option.Required = isRequired;
        verb.Options.Add(Option);
        _hub.AddTo(verb);
    }

    /// <summary>Its folder; the target is checked before anything is downloaded.</summary>
    public async Task<string> LocateAsync(
        ParseResult parsed,
        Terminal terminal,
        RewriteSettings rewrite,
        ToolOptions options,
        CancellationToken cancellation
    )
    {
        string named = parsed.GetRequiredValue(Option);
        ModelRewrite.CheckTarget(options, named);
        HubModel model = await _hub.LocateAsync(named, parsed, terminal, rewrite.Transfer, cancellation);
        return model.Path;
    }
}
