using System.CommandLine;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;

namespace MegatronBridge.Cli.Verbs;

/// <summary>The command itself: its verbs, and the options that all of them have.</summary>
internal sealed class Root : Command
{
    private readonly FlagOption _help = new("--help", "Show this help.", "-h", "-?") { Recursive = true };
    private readonly FlagOption _version = new("--version", "Show the version.");

    public Root()
        : base(
            CommandLine.Name,
            "Converts models between Hugging Face and NVIDIA Megatron-Core checkpoints, exactly, in bounded memory."
        )
    {
        TreatUnmatchedTokensAsErrors = false;
        Options.Add(new FlagOption("--json", "Print the result as one JSON document.") { Recursive = true });
        Options.Add(_help);
        Options.Add(_version);
        foreach (
            Command verb in (Command[])
                [
                    new ImportVerb(),
                    new ExportVerb(),
                    new ConvertVerb(),
                    new AdapterVerb(),
                    new RoundtripVerb(),
                    new CompareVerb(),
                    new InspectVerb(),
                    new ModelsVerb(),
                    new VerifyVerb(),
                    new GenerateVerb(),
                    new FlopsVerb(),
                    new MemoryVerb(),
                    new TranslateVerb(),
                    new RecipeVerb(),
                    new ToyVerb(),
                    new ReshardVerb(),
                    new CastVerb(),
                    new RepairEmbeddingsVerb(),
                    new PushVerb(),
                ]
        )
        {
            Subcommands.Add(verb);
        }
    }

    /// <summary>How a command is called: <c>adapter export</c> for a verb below another, nothing for the root.</summary>
    public static string PathOf(Command command) =>
        command is Root
            ? ""
            : string.Join(
                ' ',
                command.Parents.OfType<Command>().Select(PathOf).Where(path => path.Length > 0).Append(command.Name)
            );

    /// <summary>The help page or the version when one is asked for; these count whatever else is wrong.</summary>
    public Report? Information(ParseResult parsed) =>
        parsed.GetValue(_help) ? new HelpPage(this, parsed.CommandResult.Command)
        : parsed.GetValue(_version) ? new Version()
        : null;
}
