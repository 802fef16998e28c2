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

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command verb)
    {
        foreach (CountOption option in (CountOption[])[_tp, _pp, _vp, _ep, _etp])
        {
            verb.Options.Add(option);
        }
    }

    /// <summary>The sizes that were given; 1 for the others.</summary>
    public ParallelSizes Read(ParseResult parsed) =>
        new()
        {
            Tp = parsed.GetValue(_tp) ?? 1,
            Pp = parsed.GetValue(_pp) ?? 1,
            Vp = parsed.GetValue(_vp) ?? 1,
            Ep = parsed.GetValue(_ep) ?? 1,
            Etp = parsed.GetValue(_etp) ?? 1,
        };
}
