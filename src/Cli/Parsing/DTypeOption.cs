using System.CommandLine;
using System.CommandLine.Parsing;
using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cli.Parsing;

/// <summary>One of the types that models are computed in, by any of its names: <c>bfloat16</c>, <c>bf16</c>.</summary>
internal sealed class DTypeOption : Option<DType?>
{
    private static readonly DType[] Choices = [DType.BF16, DType.F16, DType.F32];

    public DTypeOption(string description, string name = "--torch-dtype")
        : base(name)
    {
        Description = description;
        HelpName = string.Join('|', Choices.Select(DTypes.TorchName));
        CustomParser = result => Parse(result, name);
    }

    private static DType? Parse(ArgumentResult result, string name)
    {
        string text = result.Tokens[^1].Value;
        if (DTypeNames.Parse(text) is { } dtype && Choices.Contains(dtype))
        {
            return dtype;
        }

        string choices = string.Join(", ", Choices.Select(DTypes.TorchName));
        result.AddError($"{name} takes one of {choices}, not \"{text}\".");
        return null;
    }
}
