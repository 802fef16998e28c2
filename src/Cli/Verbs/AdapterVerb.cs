using System.CommandLine;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>adapter</c>: the verbs that take adapters apart from their models.</summary>
internal sealed class AdapterVerb : Command
{
    public AdapterVerb()
        : base("adapter", "Converts adapters (LoRA, canonical LoRA, DoRA), and merges them into their models.")
    {
        TreatUnmatchedTokensAsErrors = false;
        Subcommands.Add(new AdapterExportVerb());
        Subcommands.Add(new AdapterImportVerb());
        Subcommands.Add(new AdapterMergeVerb());
    }
}
