using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace MegatronBridge.Cli.Parsing;

/// <summary>An option with numbers of tokens, between commas.</summary>
internal sealed class TokensOption : Option<IReadOnlyList<int>?>
{
    public TokensOption(string name, string description)
        : base(name)
    {
        Description = description;
        HelpName = "N,N,...";
        CustomParser = Parse;
    }

    private int[]? Parse(ArgumentResult result)
    {
        string[] texts = result.Tokens[^1].Value.Split(',', StringSplitOptions.TrimEntries);
        int[] tokens = new int[texts.Length];
        for (int i = 0; i < texts.Length; i++)
        {
            if (!int.TryParse(texts[i], NumberStyles.None, CultureInfo.InvariantCulture, out tokens[i]))
            {
                result.AddError($"{Name} takes numbers of tokens between commas, not \"{texts[i]}\".");
                return null;
            }
        }

        return tokens;
    }
}
