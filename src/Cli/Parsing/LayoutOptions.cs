using System.CommandLine;
using MegatronBridge.Layout;

namespace MegatronBridge.Cli.Parsing;

/// <summary>The sizes of a parallel layout, in all of upstream's spellings.</summary>
internal sealed class LayoutOptions
{
    private readonly CountOption _tp = new(
        "--tp",
        "Tensor parallel size.",
        "-tp",
        "--tensor-parallel-size",
        "--tensor-model-parallel-size"
    );

    private readonly CountOption _pp = new(
        "--pp",
        "Pipeline parallel size.",
        "-pp",
        "--pipeline-parallel-size",
        "--pipeline-model-parallel-size"
    );

    private readonly CountOption _vp = new(
        "--vp",
        "Virtual pipeline stages on each pipeline rank.",
        "-vp",
        "--virtual-pipeline-parallel-size",
        "--virtual-pipeline-model-parallel-size"
    );

    private readonly CountOption _ep = new(
        "--ep",
        "Expert parallel size.",
        "-ep",
        "--expert-parallel-size",
        "--expert-model-parallel-size"
    );

    private readonly CountOption _etp = new(
        "--etp",
        "Tensor parallel size inside an expert.",
        "-etp",
        "--expert-tensor-parallel-size"
    );

    private CountOption[] All => [_tp, _pp, _vp, _ep, _etp];

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command verb)
    {
        foreach (CountOption option in All)
        {
            verb.Options.Add(option);
        }
    }

    /// <summary>True when any of the sizes was given, be it 1.</summary>
    public bool IsGiven(ParseResult parsed) => Array.Exists(All, option => parsed.GetValue(option) is not null);

    /// <summary>The sizes that were given; those of <paramref name="otherwise"/>, or 1, for the others.</summary>
    public ParallelSizes Read(ParseResult parsed, ParallelSizes? otherwise = null)
    {
        otherwise ??= ParallelSizes.One;
        return otherwise with
        {
            Tp = parsed.GetValue(_tp) ?? otherwise.Tp,
            Pp = parsed.GetValue(_pp) ?? otherwise.Pp,
            Vp = parsed.GetValue(_vp) ?? otherwise.Vp,
            Ep = parsed.GetValue(_ep) ?? otherwise.Ep,
            Etp = parsed.GetValue(_etp) ?? otherwise.Etp,
        };
    }
}
