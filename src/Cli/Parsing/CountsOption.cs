using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace MegatronBridge.Cli.Parsing;

/// <summary>An option with whole numbers of 1 or more, between commas.</summary>
internal sealed class CountsOption : Option<IReadOnlyList<int>?>
{
    public CountsOption(string name, string description)
        : base(name)
    {
        Description = description;
        HelpName = "N,N,...";
        CustomParser = Parse;
    }

    private int[]? Parse(ArgumentResult result)
    {
        string[] texts = result.Tokens[^1].Value.Split(',', StringSplitOptions.TrimEntries);
        int[] counts = new int[texts.Length];
        for (int i = 0; i < texts.Length; i++)
        {
            if (
                !int.TryParse(texts[i], NumberStyles.None, CultureInfo.InvariantCulture, out counts[i])
                || counts[i] < 1
            )
            {
                result.AddError($"{Name} takes whole numbers of 1 or more between commas, not \"{texts[i]}\".");
                return null;
            }
        }

        return counts;
    }
}
