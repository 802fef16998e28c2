using System.CommandLine;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Hub;
using MegatronBridge.Inspection;
using MegatronBridge.Storage.Statistics;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>inspect</c>: what is in a checkpoint?</summary>
internal sealed class InspectVerb : Verb
{
    private readonly Argument<string> _path = new("PATH")
    {
        HelpName = "PATH",
        Description =
            "A Hugging Face folder, a Megatron checkpoint (its root or one iteration), a .safetensors file, a file of torch (.pt), or ORG/NAME on the Hub.",
    };

    private readonly FlagOption _statistics = new(
        "--stats",
        "Read every tensor and tell mean, standard deviation, bounds, NaN and infinity."
    );

    private readonly FlagOption _mapping = new("--mapping", "List which Megatron parameter is made of which tensors.");
    private readonly FlagOption _skeleton = new(
        "--skeleton",
        "Print a C# file to start a family for a Hugging Face model from, and nothing else."
    );

    private readonly FlagOption _summary = new("--summary", "Do not list the tensors.");
    private readonly HubSettings _hub = new();
    private readonly TransferSettings _transfer = new();

    public InspectVerb()
        : base("inspect", "Tells what a checkpoint is, which model it holds, how it is laid out, and what is in it.")
    {
        Arguments.Add(_path);
        Options.Add(_statistics);
        Options.Add(_mapping);
        Options.Add(_skeleton);
        Options.Add(_summary);
        _hub.AddTo(this);
        _transfer.AddTo(this);
    }

    /// <inheritdoc/>
    public override string Example => "samples/tiny-llama --stats";

    /// <inheritdoc/>
    public override async Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        string named = parsed.GetRequiredValue(_path);
        HubModel model = await _hub.LocateAsync(named, parsed, terminal, _transfer, cancellation);
        using Checkpoint checkpoint = Checkpoint.Open(model.Path);
        if (parsed.GetValue(_skeleton))
        {
            return new SkeletonReport(checkpoint);
        }

        IReadOnlyList<TensorStatistics?>? statistics = null;
        if (parsed.GetValue(_statistics))
        {
            TensorView[] views =
            [
                .. checkpoint.Tensors.Select(tensor => tensor.View),
                .. checkpoint.Quantized.Select(tensor => tensor.View),
            ];
            statistics = await _transfer.RunAsync(
                Name,
                (progress, stop) => StatisticsPass.RunAsync(views, _transfer.Read(parsed), progress, stop),
                parsed,
                terminal,
                cancellation
            );
        }

        return new InspectionReport(checkpoint, statistics)
        {
            ListsTensors = !parsed.GetValue(_summary),
            ListsMapping = parsed.GetValue(_mapping),
        };
    }
}
