using System.CommandLine;
using System.Text.Json;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Hub;
using MegatronBridge.Inspection;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>compare</c>: are two checkpoints the same?</summary>
internal sealed class CompareVerb : Verb
{
    private readonly Argument<string> _left = new("A")
    {
        HelpName = "A",
        Description = "A checkpoint of any kind, or ORG/NAME on the Hub.",
    };
    private readonly Argument<string> _right = new("B") { HelpName = "B", Description = "Another." };
    private readonly HubSettings _hub = new();
    private readonly TransferSettings _transfer = new();

    public CompareVerb()
        : base(
            "compare",
            "Compares two checkpoints of any kind tensor by tensor, through the mapping where one is of Megatron and one of "
                + "Hugging Face. Exit code 1 when they differ."
        )
    {
        Arguments.Add(_left);
        Arguments.Add(_right);
        _hub.AddTo(this, withRevision: false);
        _transfer.AddTo(this);
    }

    /// <inheritdoc/>
    public override string Example => "samples/tiny-llama tiny-llama-megatron";

    /// <inheritdoc/>
    public override async Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        Task<HubModel> locate(Argument<string> argument) =>
            _hub.LocateAsync(parsed.GetRequiredValue(argument), parsed, terminal, _transfer, cancellation);

        using Checkpoint left = Checkpoint.Open((await locate(_left)).Path);
        using Checkpoint right = Checkpoint.Open((await locate(_right)).Path);
        CheckpointDifference difference = await _transfer.RunAsync(
            Name,
            (progress, stop) => CheckpointComparison.RunAsync(left, right, _transfer.Read(parsed), progress, stop),
            parsed,
            terminal,
            cancellation
        );
        return new Comparison(left, right, difference);
    }

    private sealed class Comparison(Checkpoint left, Checkpoint right, CheckpointDifference difference) : Report
    {
        public override ExitCode ExitCode =>
            difference.Result.Differences.Count == 0 ? ExitCode.Done : ExitCode.Different;

        protected override void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("left", left.Path);
            json.WriteString("right", right.Path);
            json.WriteBoolean("mapped", difference.IsMapped);
            ComparisonText.WriteJson(json, difference.Result);
        }

        protected override void WriteText(TextWriter text)
        {
            text.WriteLine($"left   {left.Path}: {left.Kind}");
            text.WriteLine($"right  {right.Path}: {right.Kind}");
            if (difference.IsMapped)
            {
                text.WriteLine("compared as Hugging Face tensors, through the mapping of the model");
            }

            ComparisonText.WriteText(text, difference.Result);
        }
    }
}
