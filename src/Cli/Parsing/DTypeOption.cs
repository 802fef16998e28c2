using System.CommandLine;
using System.CommandLine.Parsing;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cli.Parsing;

/// <summary><c>--torch-dtype</c>: one of the types that upstream knows.</summary>
internal sealed class DTypeOption : Option<DType?>
{
    private static readonly DType[] Choices = [DType.BF16, DType.F16, DType.F32];

    public DTypeOption(string description)
        : base("--torch-dtype")
    {
        Description = description;
        HelpName = string.Join('|', Choices.Select(DTypes.TorchName));
        CustomParser = Parse;
    }

    private static DType? Parse(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        if (DTypes.FromTorchName(text) is { } dtype && Choices.Contains(dtype))
        {
            return dtype;
        }

        string choices = string.Join(", ", Choices.Select(DTypes.TorchName));
        result.AddError($"--torch-dtype takes one of {choices}, not \"{text}\".");
        return null;
    }
}
