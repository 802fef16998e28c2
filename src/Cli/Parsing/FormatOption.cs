using System.CommandLine;
using System.CommandLine.Parsing;
using MegatronBridge.Conversion;

namespace MegatronBridge.Cli.Parsing;

/// <summary><c>--ckpt-format</c>: in which format a Megatron checkpoint is written.</summary>
internal sealed class FormatOption : Option<CheckpointFormat>
{
    private static readonly Dictionary<string, CheckpointFormat> Formats = new(StringComparer.Ordinal)
    {
        ["torch_dist"] = CheckpointFormat.TorchDist,
        ["torch"] = CheckpointFormat.Torch,
    };

    public FormatOption()
        : base("--ckpt-format")
    {
        Description =
            "Format of the checkpoint: torch_dist, which any layout reads, or torch, a file for each rank of the layout. Default torch_dist.";
        HelpName = string.Join('|', Formats.Keys);
        CustomParser = Parse;
    }

    private static CheckpointFormat Parse(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        if (!Formats.TryGetValue(text, out CheckpointFormat format))
        {
            result.AddError($"--ckpt-format takes one of {string.Join(", ", Formats.Keys)}, not \"{text}\".");
        }

        return format;
    }
}
