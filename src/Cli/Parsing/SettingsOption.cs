using System.CommandLine;
using System.CommandLine.Parsing;

namespace MegatronBridge.Cli.Parsing;

/// <summary><c>--set FIELD=VALUE</c>, as often as needed.</summary>
internal sealed class SettingsOption : Option<IReadOnlyList<KeyValuePair<string, string>>>
{
    public SettingsOption(string description)
        : base("--set")
    {
        Description = description;
        HelpName = "FIELD=VALUE";
        Arity = ArgumentArity.OneOrMore;
        AllowMultipleArgumentsPerToken = false;
        CustomParser = Parse;
        DefaultValueFactory = _ => [];
    }

    private static List<KeyValuePair<string, string>> Parse(ArgumentResult result)
    {
        List<KeyValuePair<string, string>> settings = [];
        foreach (string text in result.Tokens.Select(token => token.Value))
        {
            int equals = text.IndexOf('=');
            if (equals <= 0)
            {
                result.AddError($"--set takes FIELD=VALUE, such as should_pad_vocab=true, not \"{text}\".");
                continue;
            }

            settings.Add(new(text[..equals].Trim(), text[(equals + 1)..].Trim()));
        }

        return settings;
    }
}
