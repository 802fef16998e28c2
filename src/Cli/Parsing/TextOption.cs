using System.CommandLine;

namespace MegatronBridge.Cli.Parsing;

/// <summary>An option with a path or a name; not empty.</summary>
internal sealed class TextOption : Option<string>
{
    public TextOption(string name, string value, string description, params string[] aliases)
        : base(name, aliases)
    {
        Description = description;
        HelpName = value;
        Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }])
            {
                result.AddError($"{name} is empty.");
            }
        });
    }
}
