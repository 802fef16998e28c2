using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace MegatronBridge.Cli.Parsing;

/// <summary>An option with whole numbers between commas, none below the least.</summary>
internal sealed class NumbersOption : Option<IReadOnlyList<int>?>
{
    private readonly int _least;

    public NumbersOption(string name, string description, int least)
        : base(name)
    {
        _least = least;
        Description = description;
        HelpName = "N,N,...";
        CustomParser = Parse;
    }

    private int[]? Parse(ArgumentResult result)
    {
        string[] texts = result.Tokens[^1].Value.Split(',', StringSplitOptions.TrimEntries);
        int[] numbers = new int[texts.Length];
        for (int i = 0; i < texts.Length; i++)
        {
            if (
                !int.TryParse(texts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i])
                || numbers[i] < _least
            )
            {
                result.AddError($"{Name} takes whole numbers of {_least} or more between commas, not \"{texts[i]}\".");
                return null;
            }
        }

        return numbers;
    }
}
