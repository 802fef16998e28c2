using System.Globalization;
using System.Text.Json;
using MegatronBridge.Cli.Output;
using MegatronBridge.Estimates;

namespace MegatronBridge.Cli.Verbs;

/// <summary>Operations of a step, block by block.</summary>
internal sealed class FlopsReport(string model, SequenceBatch batch, FlopsCount count) : Report
{
    /// <summary>How fast the GPUs are, or null when nobody asked for the time.</summary>
    public TrainingSpeed? Speed { get; init; }

    private double Seconds => Speed!.SecondsFor(count.Training);

    private double TokensPerSecond => (double)count.Tokens / Seconds;

    /// <inheritdoc/>
    protected override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("model", model);
        json.WriteNumber("tokens", count.Tokens);
        Write(json, "forward", count.Forward);
        Write(json, "training", count.Training);
        json.WriteStartArray("blocks");
        foreach (BlockFlops block in count.Blocks)
        {
            json.WriteStartObject();
            json.WriteString("name", block.Name);
            json.WriteNumber("layers", block.Layers);
            Write(json, "forward", block.Forward);
            Write(json, "training", block.Training);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (count is { Upstream: { } upstream, Differences: { } differences })
        {
            Write(json, "upstream", upstream);
            json.WriteStartArray("differences");
            foreach (FlopsDifference difference in differences)
            {
                json.WriteStartObject();
                json.WriteString("reason", difference.Reason);
                Write(json, "flops", difference.Flops);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (Speed is { } speed)
        {
            json.WriteNumber("gpus", speed.Gpus);
            json.WriteNumber("gpu_tflops", speed.TflopsPerGpu);
            json.WriteNumber("mfu", speed.Utilization);
            json.WriteNumber("seconds_per_step", Seconds);
            json.WriteNumber("tokens_per_second", TokensPerSecond);
        }
    }

    /// <inheritdoc/>
    protected override void WriteText(TextWriter text)
    {
        text.WriteLine($"{model}: {batch}");
        text.WriteLine();
        Columns columns = new("block", ">layers", ">forward", ">training", ">share");
        foreach (BlockFlops block in count.Blocks)
        {
            columns.Add(
                block.Name,
                block.Layers == 0 ? "" : $"{block.Layers}",
                Flops(block.Forward),
                Flops(block.Training),
                Share(block.Training)
            );
        }

        columns.Add("total", "", Flops(count.Forward), Flops(count.Training), Share(count.Training));
        columns.WriteTo(text);
        text.WriteLine();
        text.WriteLine(
            $"{Flops(count.Forward / count.Tokens)} a token forward, {Flops(count.Training / count.Tokens)} in training."
        );
        if (count is { Upstream: { } upstream, Differences: { Count: > 0 } differences })
        {
            text.WriteLine();
            text.WriteLine($"Megatron-Bridge counts {Flops(upstream)}; here:");
            foreach (FlopsDifference difference in differences)
            {
                string sign = difference.Flops > 0 ? "+" : "";
                text.WriteLine($"  {sign}{Flops(difference.Flops)}  {difference.Reason}");
            }
        }

        if (Speed is { } speed)
        {
            text.WriteLine();
            text.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{speed.Gpus} x {speed.TflopsPerGpu:0.#} TFLOP/s at {speed.Utilization:P0}: {Seconds:G4} s a step, {TokensPerSecond:N0} tokens/s"
                )
            );
        }
    }

    private static void Write(Utf8JsonWriter json, string name, decimal flops) =>
        json.WriteNumber(name, Magnitude.Exact(flops));

    private static string Flops(decimal flops) => Magnitude.Format(flops) + "FLOP";

    private string Share(decimal flops) =>
        (flops / count.Training)
            .ToString("P1", CultureInfo.InvariantCulture)
            .Replace(" ", "", StringComparison.Ordinal);
}
