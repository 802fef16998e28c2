using System.CommandLine;
using System.CommandLine.Parsing;

namespace MegatronBridge.Cli.Parsing;

/// <summary>An option with one of the values of an enumeration, in small letters.</summary>
internal sealed class ChoiceOption<T> : Option<T?>
    where T : struct, Enum
{
    private static readonly Dictionary<string, T> Choices = Enum.GetValues<T>()
        .ToDictionary(value => $"{value}".ToLowerInvariant(), StringComparer.Ordinal);

    public ChoiceOption(string name, string description)
        : base(name)
    {
        Description = description;
        HelpName = string.Join('|', Choices.Keys);
        CustomParser = Parse;
    }

    private T? Parse(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        if (Choices.TryGetValue(text, out T value))
        {
            return value;
        }

        result.AddError($"{Name} takes one of {string.Join(", ", Choices.Keys)}, not \"{text}\".");
        return null;
    }
}
