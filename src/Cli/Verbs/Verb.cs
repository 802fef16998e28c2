using System.CommandLine;
using MegatronBridge.Cli.Output;

namespace MegatronBridge.Cli.Verbs;

/// <summary>One verb of the command: its options, and how to run it.</summary>
internal abstract class Verb : Command
{
    protected Verb(string name, string description)
        : base(name, description)
    {
        TreatUnmatchedTokensAsErrors = false; // UsageException has better words
    }

    /// <summary>Its own options, and those that all verbs have.</summary>
    public IEnumerable<Option> AllOptions =>
        Options.Concat(Above(this).SelectMany(parent => parent.Options).Where(option => option.Recursive));

    /// <summary>Arguments of a call that makes sense, for the help page.</summary>
    public abstract string Example { get; }

    /// <summary>Does the work.</summary>
    public abstract Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation);

    /// <summary>Adds options, in the order of the help page.</summary>
    protected void AddOptions(params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options)
        {
            Options.Add(option);
        }
    }

    /// <summary>Writes what is not quite as it should be to standard error.</summary>
    protected static void WriteWarnings(IEnumerable<string> warnings, Terminal terminal)
    {
        foreach (string warning in warnings)
        {
            terminal.Error.WriteLine(Printable.Line($"Warning: {warning}"));
        }
    }

    private static IEnumerable<Command> Above(Command command) =>
        command.Parents.OfType<Command>().SelectMany(parent => Above(parent).Prepend(parent));
}
