using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace MegatronBridge.Cli.Parsing;

/// <summary>An option with a whole number of 1 or more, or of what else is the least.</summary>
internal sealed class CountOption : Option<int?>
{
    public CountOption(string name, string description, params string[] aliases)
        : base(name, aliases)
    {
        Description = description;
        HelpName = "N";
        CustomParser = Parse;
    }

    /// <summary>The smallest number that is taken.</summary>
    public int Least { get; init; } = 1;

    private int? Parse(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= Least)
        {
            return count;
        }

        result.AddError($"{Name} takes a whole number of {Least} or more, not \"{text}\".");
        return null;
    }
}
