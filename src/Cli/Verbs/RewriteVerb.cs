using System.CommandLine;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Hub;
using MegatronBridge.Tools;

namespace MegatronBridge.Cli.Verbs;

/// <summary>A verb that writes a Hugging Face model again, of one that is there.</summary>
internal abstract class RewriteVerb : ConversionVerb
{
    private readonly TextOption _hfPath = new("--hf-path", "DIR", "Folder of the Hugging Face model to make.")
    {
        Required = true,
    };

    private readonly SizeOption _maxShard;

    protected RewriteVerb(string name, string description, string maxShard, bool needsModel)
        : base(name, description)
    {
        _maxShard = new("--max-shard-size", maxShard, least: 1);
        Model.Required = needsModel;
    }

    /// <summary>The model that is there.</summary>
    protected TextOption Model { get; } =
        new("--hf-model", "MODEL", "The Hugging Face model: its folder, or ORG/NAME or ORG/NAME@REV on the Hub.");

    /// <summary>Adds all options, with those of the verb in the middle.</summary>
    protected void AddAllOptions(params ReadOnlySpan<Option> own)
    {
        AddOptions(Model);
        AddOptions(own);
        AddOptions(_hfPath, _maxShard);
        AddCommonOptions();
    }

    /// <summary>Where and how to write.</summary>
    protected ToolOptions Read(ParseResult parsed) =>
        new()
        {
            HfPath = parsed.GetRequiredValue(_hfPath),
            MaxShardBytes = parsed.GetValue(_maxShard),
            Overwrite = Overwrites(parsed),
            Transfer = Transfer(parsed),
        };

    /// <summary>The folder of the model that is there; the target is checked before anything is downloaded.</summary>
    protected async Task<string> LocateAsync(
        ToolOptions options,
        ParseResult parsed,
        Terminal terminal,
        CancellationToken cancellation
    )
    {
        string named = parsed.GetRequiredValue(Model);
        ModelRewrite.CheckTarget(options, named);
        HubModel model = await LocateAsync(named, parsed, terminal, cancellation);
        return model.Path;
    }
}
