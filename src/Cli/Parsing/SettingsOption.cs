using System.CommandLine;
using System.CommandLine.Parsing;

namespace MegatronBridge.Cli.Parsing;

/// <summary><c>--set FIELD=VALUE</c>, as often as needed; the last value of a field counts.</summary>
internal sealed class SettingsOption : Option<IReadOnlyDictionary<string, string>>
{
    public SettingsOption(string description)
        : base("--set")
    {
        Description = description;
        HelpName = "FIELD=VALUE";
        Arity = ArgumentArity.OneOrMore;
        AllowMultipleArgumentsPerToken = false;
        CustomParser = Parse;
        DefaultValueFactory = _ => new Dictionary<string, string>();
    }

    private static Dictionary<string, string> Parse(ArgumentResult result)
    {
        Dictionary<string, string> settings = [];
        foreach (string text in result.Tokens.Select(token => token.Value))
        {
            int equals = text.IndexOf('=');
            if (equals <= 0)
            {
                result.AddError($"--set takes FIELD=VALUE, such as should_pad_vocab=true, not \"{text}\".");
                continue;
            }

            settings[text[..equals].Trim()] = text[(equals + 1)..].Trim();
        }

        return settings;
    }
}
