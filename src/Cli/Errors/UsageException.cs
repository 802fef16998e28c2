using System.CommandLine;
using System.CommandLine.Parsing;
using MegatronBridge.Cli.Verbs;

namespace MegatronBridge.Cli.Errors;

/// <summary>The arguments are wrong. Holds all that is wrong with them.</summary>
internal sealed class UsageException(string command, IReadOnlyList<string> faults) : Exception(string.Join(' ', faults))
{
    /// <summary>The verb whose help page tells more, with the name of the command before it.</summary>
    public string Command { get; } = command;

    /// <summary>One sentence for each fault.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;

    /// <summary>What is wrong with the options of a verb.</summary>
    public static UsageException Of(ParseResult parsed, params IReadOnlyList<string> faults) =>
        new($"{CommandLine.Name} {parsed.CommandResult.Command.Name}", faults);

    /// <summary>Refuses unknown verbs and options, naming the nearest, and values that are missing or no good.</summary>
    public static void ThrowIfWrong(ParseResult parsed)
    {
        if (parsed.CommandResult.Command is not Verb verb)
        {
            throw new UsageException(Called(parsed), [NoVerb(parsed.CommandResult.Command, parsed.UnmatchedTokens)]);
        }

        IReadOnlyList<string> faults =
        [
            .. UnknownTokens(verb, parsed.UnmatchedTokens),
            .. parsed.Errors.Select(Describe).Distinct(),
        ];
        if (faults.Count > 0)
        {
            throw new UsageException(Called(parsed), faults);
        }
    }

    private static string Called(ParseResult parsed) =>
        $"{CommandLine.Name} {Root.PathOf(parsed.CommandResult.Command)}".TrimEnd();

    private static string NoVerb(Command root, IReadOnlyList<string> tokens)
    {
        IReadOnlyList<string> verbs = [.. root.Subcommands.Select(verb => verb.Name)];
        string list = string.Join(", ", verbs);
        return tokens is not [string token, ..] ? $"Which verb? One of {list}."
            : token.StartsWith('-') ? $"The option {token} needs a verb before it: {list}."
            : Spelling.Similar(token, verbs) is { } similar ? $"There is no verb {token}. Did you mean {similar}?"
            : $"There is no verb {token}. The verbs are {list}.";
    }

    private static IEnumerable<string> UnknownTokens(Verb verb, IReadOnlyList<string> tokens)
    {
        bool isValue = false; // of an unknown option, about which enough is said
        foreach (string token in tokens)
        {
            if (token.StartsWith('-'))
            {
                yield return UnknownOption(verb, token.Split('=')[0]);
            }
            else if (!isValue)
            {
                yield return $"Unexpected argument {token}.";
            }

            isValue = token.StartsWith('-') && !token.Contains('=');
        }
    }

    private static string UnknownOption(Verb verb, string option)
    {
        if (UpstreamOptions.WhyAbsent(option) is { } reason)
        {
            return $"There is no option {option} here: {reason}.";
        }

        IEnumerable<string> names = verb.AllOptions.SelectMany(known => known.Aliases.Append(known.Name));
        return Spelling.Similar(option, names) is { } similar
            ? $"There is no option {option}. Did you mean {similar}?"
            : $"There is no option {option}.";
    }

    private static string Describe(ParseError error) =>
        error.SymbolResult switch
        {
            OptionResult { Implicit: false, Tokens.Count: 0 } option =>
                $"{option.IdentifierToken} needs a value{Value(option.Option)}.",
            OptionResult { Option: { Required: true } option, Implicit: true } =>
                $"{option.Name}{Value(option)} is missing.",
            ArgumentResult { Tokens.Count: 0, Argument: var argument } => $"{argument.HelpName} is missing.",
            _ => error.Message,
        };

    private static string Value(Option option) => option.HelpName is { } name ? $" {name}" : "";
}
