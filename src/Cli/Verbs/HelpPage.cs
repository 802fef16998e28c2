using System.CommandLine;
using System.Text.Json;
using MegatronBridge.Cli.Output;

namespace MegatronBridge.Cli.Verbs;

/// <summary>What the command, or one verb of it, can do.</summary>
internal sealed class HelpPage(Root root, Command command) : Report
{
    private const int Width = 100;
    private const int WidestLeft = 30;

    private static readonly (ExitCode Code, string Meaning)[] ExitCodes =
    [
        (ExitCode.Done, "done"),
        (ExitCode.Different, "the comparison found differences"),
        (ExitCode.WrongUsage, "wrong arguments"),
        (ExitCode.BadInput, "a file, config or layout that does not fit, or a disk that is too small"),
        (ExitCode.UnsupportedModel, "the model is not supported"),
        (ExitCode.OurFault, "a fault of ours"),
        (ExitCode.Interrupted, "interrupted"),
    ];

    /// <inheritdoc/>
    protected override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("description", command.Description);
        json.WriteString("usage", Usage());
        foreach ((string title, IEnumerable<(string, string)> rows) in Sections())
        {
            json.WriteStartObject(title.ToLowerInvariant().Replace(' ', '_'));
            foreach ((string left, string right) in rows)
            {
                json.WriteString(left, right);
            }

            json.WriteEndObject();
        }
    }

    /// <inheritdoc/>
    protected override void WriteText(TextWriter text)
    {
        foreach (string line in Wrap(command.Description!, Width))
        {
            text.WriteLine(line);
        }

        text.WriteLine();
        text.WriteLine($"Usage: {Usage()}");
        foreach ((string title, IEnumerable<(string, string)> rows) in Sections())
        {
            WriteSection(text, title, [.. rows]);
        }

        Verb? shown = command as Verb ?? (command == root ? null : command.Subcommands.OfType<Verb>().FirstOrDefault());
        if (shown is not null)
        {
            text.WriteLine();
            text.WriteLine("Example:");
            text.WriteLine($"  {CommandLine.Name} {Root.PathOf(shown)} {shown.Example}".TrimEnd());
        }

        if (command is not Verb)
        {
            text.WriteLine();
            text.WriteLine($"{Called()} VERB --help tells more about a verb.");
        }
    }

    private string Called() => $"{CommandLine.Name} {Root.PathOf(command)}".TrimEnd();

    private string Usage()
    {
        if (command is not Verb)
        {
            return $"{Called()} VERB [options]";
        }

        IEnumerable<string> arguments = command.Arguments.Select(argument => argument.HelpName!);
        IEnumerable<string> required = command.Options.Where(option => option.Required).Select(Synopsis);
        return string.Join(' ', [Called(), .. arguments, .. required, "[options]"]);
    }

    private IEnumerable<(string Title, IEnumerable<(string Left, string Right)> Rows)> Sections()
    {
        IEnumerable<Option> options = command is Verb verb ? verb.AllOptions : root.Options;
        yield return ("Verbs", command.Subcommands.Select(verb => (verb.Name, verb.Description!)));
        yield return ("Arguments", command.Arguments.Select(argument => (argument.HelpName!, argument.Description!)));
        yield return ("Options", options.Select(option => (Synopsis(option), Describe(option))));
        if (command == root)
        {
            yield return ("Exit codes", ExitCodes.Select(row => ($"{(int)row.Code}", row.Meaning)));
        }
    }

    private static string Synopsis(Option option) =>
        option.HelpName is { } value ? $"{option.Name} {value}" : option.Name;

    private static string Describe(Option option)
    {
        string required = option.Required ? " Required." : "";
        string aliases = option.Aliases.Count > 0 ? $" Also {string.Join(", ", option.Aliases)}." : "";
        return option.Description + required + aliases;
    }

    private static void WriteSection(TextWriter text, string title, (string Left, string Right)[] rows)
    {
        if (rows.Length == 0)
        {
            return;
        }

        text.WriteLine();
        text.WriteLine($"{title}:");
        int left = Math.Min(WidestLeft, rows.Max(row => row.Left.Length)) + 4;
        foreach ((string names, string description) in rows)
        {
            string start = $"  {names}";
            if (start.Length > left - 2)
            {
                text.WriteLine(start); // too long to have the description beside it
                start = "";
            }

            foreach (string line in Wrap(description, Width - left))
            {
                text.WriteLine(start.PadRight(left) + line);
                start = "";
            }
        }
    }

    private static IEnumerable<string> Wrap(string words, int width)
    {
        string line = "";
        foreach (string word in words.Split(' '))
        {
            if (line.Length + 1 + word.Length > width && line.Length > 0)
            {
                yield return line;
                line = "";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        yield return line;
    }
}
