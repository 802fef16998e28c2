using System.CommandLine;
using System.CommandLine.Parsing;
using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cli.Parsing;

/// <summary>An option with an element type by any of its names, such as fp32, bf16, fp8.</summary>
internal sealed class TypeOption : Option<DType?>
{
    public TypeOption(string name, string description)
        : base(name)
    {
        Description = description;
        HelpName = "TYPE";
        CustomParser = Parse;
    }

    private DType? Parse(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        if (DTypeNames.Parse(text) is { } type)
        {
            return type;
        }

        result.AddError($"{Name} takes one of {DTypeNames.Known}, not \"{text}\".");
        return null;
    }
}
