using System.CommandLine;

namespace MegatronBridge.Cli.Parsing;

/// <summary>An option that is there or not.</summary>
internal sealed class FlagOption : Option<bool>
{
    public FlagOption(string name, string description, params string[] aliases)
        : base(name, aliases)
    {
        Description = description;
        Arity = ArgumentArity.Zero; // what comes next is no value of it
    }
}
