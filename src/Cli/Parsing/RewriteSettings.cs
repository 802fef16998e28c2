using System.CommandLine;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Verbs;
using MegatronBridge.Tools;

namespace MegatronBridge.Cli.Parsing;

/// <summary>The options of all tools that write a Hugging Face model, and how they write it.</summary>
internal sealed class RewriteSettings(string aboutShards)
{
    private readonly TextOption _hfPath = new("--hf-path", "DIR", "Folder of the Hugging Face model to make.")
    {
        Required = true,
    };

    private readonly SizeOption _maxShard = new("--max-shard-size", aboutShards, least: 1);
    private readonly FlagOption _overwrite = new("--overwrite", "Replace a model that a conversion made before.");
    private readonly FlagOption _dryRun = new("--dry-run", "Check everything and print the plan; write nothing.");

    /// <summary>Threads, memory, progress.</summary>
    public TransferSettings Transfer { get; } = new();

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command verb)
    {
        verb.Options.Add(_hfPath);
        verb.Options.Add(_maxShard);
        verb.Options.Add(_overwrite);
        verb.Options.Add(_dryRun);
        Transfer.AddTo(verb);
    }

    /// <summary>What was given.</summary>
    public ToolOptions Read(ParseResult parsed) =>
        new()
        {
            HfPath = parsed.GetRequiredValue(_hfPath),
            MaxShardBytes = parsed.GetValue(_maxShard),
            Overwrite = parsed.GetValue(_overwrite),
            Transfer = Transfer.Read(parsed),
        };

    /// <summary>Writes the model, unless only the plan is wanted.</summary>
    public async Task<Report> RunAsync(
        string verb,
        ModelRewrite rewrite,
        ParseResult parsed,
        Terminal terminal,
        CancellationToken cancellation
    )
    {
        if (parsed.GetValue(_dryRun))
        {
            return new ConversionResult(verb, rewrite.Report, isDryRun: true);
        }

        using ProgressLine progress = Transfer.StartProgress(parsed, terminal, verb);
        return new ConversionResult(verb, await rewrite.RunAsync(progress, cancellation), isDryRun: false);
    }
}
