using System.CommandLine;
using System.CommandLine.Parsing;

namespace MegatronBridge.Cli.Parsing;

/// <summary>An option with a text that may be given several times.</summary>
internal sealed class TextsOption : Option<IReadOnlyList<string>>
{
    public TextsOption(string name, string value, string description, params string[] aliases)
        : base(name, aliases)
    {
        Description = description;
        HelpName = value;
        Arity = ArgumentArity.OneOrMore;
        AllowMultipleArgumentsPerToken = false;
        CustomParser = Parse;
        DefaultValueFactory = _ => [];
    }

    private string[] Parse(ArgumentResult result)
    {
        string[] texts = [.. result.Tokens.Select(token => token.Value)];
        if (texts.Contains(""))
        {
            result.AddError($"{Name} is empty.");
        }

        return texts;
    }
}
