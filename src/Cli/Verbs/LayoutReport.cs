using System.Globalization;
using System.Text.Json;
using MegatronBridge.Cli.Output;
using MegatronBridge.Estimates;

namespace MegatronBridge.Cli.Verbs;

/// <summary>Which layouts fit, the fastest first, and why others do not.</summary>
internal sealed class LayoutReport(
    string model,
    LayoutSearch search,
    IReadOnlyList<LayoutCandidate> candidates,
    int limit
) : Report
{
    private IReadOnlyList<LayoutCandidate> Fitting => [.. candidates.Where(candidate => candidate.Fits)];

    /// <inheritdoc/>
    protected override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("model", model);
        json.WriteNumber("gpus", search.Gpus);
        json.WriteNumber("usable", search.GpuMemory);
        json.WriteNumber("fitting", Fitting.Count);
        json.WriteStartArray("layouts");
        foreach (LayoutCandidate candidate in candidates)
        {
            json.WriteStartObject();
            json.WritePropertyName("layout");
            MemoryReport.Write(json, candidate.Sizes);
            json.WriteBoolean("fits", candidate.Fits);
            json.WriteString("recompute", Word(candidate.Recompute));
            if (candidate.Estimate is { } estimate)
            {
                json.WriteNumber("total", estimate.Largest.Total);
                json.WriteNumber("cost", Math.Round(candidate.Cost, 4));
            }

            json.WriteStartObject("settings");
            foreach ((string field, string value) in candidate.Settings)
            {
                json.WriteString(field, value);
            }

            json.WriteEndObject();
            if (candidate.Obstacle is { } obstacle)
            {
                json.WriteString("obstacle", obstacle);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <inheritdoc/>
    protected override void WriteText(TextWriter text)
    {
        IReadOnlyList<LayoutCandidate> fitting = Fitting;
        text.WriteLine(
            $"{model} on {search.Gpus} GPUs with {ByteSize.Format(search.GpuMemory)} for training each: "
                + $"{fitting.Count} of {candidates.Count} layouts fit."
        );
        if (fitting.Count > 0)
        {
            text.WriteLine();
            Columns columns = new(
                "layout",
                ">dp",
                "recompute",
                ">weights, optimizer",
                ">activations",
                ">total",
                ">overhead"
            );
            foreach (LayoutCandidate candidate in fitting.Take(limit))
            {
                StageMemory largest = candidate.Estimate!.Largest;
                columns.Add(
                    (candidate.Sizes with { Dp = 1 }).Describe() + (IsUneven(candidate) ? " *" : ""),
                    $"{candidate.Sizes.Dp}",
                    Word(candidate.Recompute),
                    ByteSize.Format(largest.Weights + largest.Gradients + largest.OptimizerState),
                    ByteSize.Format(largest.Activations + largest.Transient),
                    ByteSize.Format(largest.Total),
                    candidate.Cost.ToString("0%", CultureInfo.InvariantCulture)
                );
            }

            columns.WriteTo(text);
            foreach (LayoutCandidate candidate in fitting.Take(limit).Where(IsUneven).DistinctBy(own => own.Sizes.Pp))
            {
                text.WriteLine(
                    $"* PP {candidate.Sizes.Pp}: {string.Join(", ", candidate.Settings.Where(IsPipeline).Select(own => $"{own.Key}={own.Value}"))}"
                );
            }
        }

        WriteObstacles(text, [.. candidates.Where(candidate => !candidate.Fits)]);
    }

    // Reasons that differ in numbers only are one line, with the candidate that comes nearest.
    private void WriteObstacles(TextWriter text, IReadOnlyList<LayoutCandidate> others)
    {
        if (others.Count == 0)
        {
            return;
        }

        text.WriteLine();
        text.WriteLine("Others do not fit:");
        foreach (
            IGrouping<string, LayoutCandidate> alike in others
                .GroupBy(candidate => WithoutNumbers(candidate.Obstacle!))
                .OrderByDescending(group => group.Count())
                .Take(limit)
        )
        {
            LayoutCandidate nearest = alike.MinBy(candidate => candidate.Estimate?.Largest.Total ?? 0)!;
            text.WriteLine(Printable.Line($"  {alike.Count(), 4}  {nearest.Obstacle} ({nearest.Sizes.Describe()})"));
        }
    }

    private static bool IsUneven(LayoutCandidate candidate) => candidate.Settings.Any(IsPipeline);

    private static bool IsPipeline(KeyValuePair<string, string> setting) =>
        setting.Key.StartsWith("pipeline_", StringComparison.Ordinal);

    private static string Word(RecomputeLevel level) =>
        level switch
        {
            RecomputeLevel.Full => "full",
            RecomputeLevel.Selective => "selective",
            _ => "as given",
        };

    private static string WithoutNumbers(string reason) =>
        string.Concat(reason.Where(c => !char.IsAsciiDigit(c) && c != '.'));
}
