using System.Globalization;
using MegatronBridge.Cli.Verbs;
using MegatronBridge.Cpu.Verification;
using MegatronBridge.Inspection;
using MegatronBridge.Layout;
using MegatronBridge.Storage.Comparison;

namespace MegatronBridge.Cli.Html;

/// <summary>What <c>verify</c> has found, as a page with tables and plots that needs nothing from a network.</summary>
internal static class VerificationPage
{
    private const int ShownTensors = 300;

    /// <summary>The whole page.</summary>
    public static string Of(VerificationReport report)
    {
        HtmlText page = new();
        page.Add($"<!DOCTYPE html>");
        page.Add($"<html lang='en'><head><meta charset='utf-8'><title>megatron-bridge verify</title><style>");
        page.Add(Style);
        page.Add($"</style></head><body>");
        page.Add($"<h1>{report.Verdict}</h1>");
        page.AddTable(
            ["", "checkpoint", "kind", "adapter"],
            [
                ["left", report.Left.Path, report.Left.Kind, report.LeftAdapter ?? "none"],
                ["right", report.Right.Path, report.Right.Kind, report.RightAdapter ?? "none"],
            ]
        );
        AddOutputs(page, report);
        AddLayers(page, report);
        AddTensors(page, report);
        AddLayout(page, "left", report.Left);
        AddLayout(page, "right", report.Right);
        page.Add($"</body></html>");
        return page.ToString();
    }

    private static FormattableString Style =>
        $$"""
            body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 62em; padding: 0 1em; color: #222; background: #fff }
            table { border-collapse: collapse; margin: 1em 0 } td, th { border: 1px solid #ccc; padding: .2em .6em; text-align: left }
            th { background: #f3f3f3 } .good { fill: #4a8f5b } .bad { fill: #b3382c } .grid { stroke: #e4e4e4 } .axis { font-size: 11px; fill: #666 }
            .tolerance { stroke: #b3382c; stroke-dasharray: 4 3 } .rank { fill: #e8eef7; stroke: #6b8cbf } .label { font-size: 11px; text-anchor: middle }
            figure { margin: 1em 0; overflow-x: auto } figcaption { font-weight: 600 }
            """;

    private static void AddOutputs(HtmlText page, VerificationReport report)
    {
        ModelDifference outputs = report.Outputs;
        page.Add($"<h2>Logits</h2>");
        page.Add(
            $"<p>The next token is the same behind {outputs.SameNext} of {outputs.Logits.Count} tokens. Logits differ by at most {VerificationReport.Format(outputs.LargestRelative)} of the largest (tolerance {VerificationReport.Format(report.Tolerance)}); the least cosine is {Cosine(outputs.LeastCosine)}.</p>"
        );
        page.AddTable(
            ["token", "next on the left", "next on the right", "largest difference", "relative", "cosine"],
            outputs.Logits.Select(logit =>
                (IReadOnlyList<string>)
                    [
                        report.Text(logit.Token),
                        report.Text(logit.LeftNext),
                        report.Text(logit.RightNext),
                        VerificationReport.Format(logit.Largest),
                        VerificationReport.Format(logit.Relative),
                        Cosine(logit.Cosine),
                    ]
            )
        );
    }

    private static void AddLayers(HtmlText page, VerificationReport report)
    {
        if (report.Outputs.Hidden.Count == 0)
        {
            return;
        }

        page.Add($"<h2>Layers</h2>");
        string where = report.Parting is { } parting
            ? $"The models part behind {parting.Place}."
            : "No block differs by more than the tolerance.";
        page.Add($"<p>{where}</p>");
        LogBars bars = new(report.Tolerance);
        foreach (HiddenDifference hidden in report.Outputs.Hidden)
        {
            bars.Add(hidden.Place, hidden.Relative, isEnd: hidden.Part == "layer");
        }

        page.Add(bars.ToHtml("Difference of the residual stream behind each block, relative to its largest number"));
    }

    private static void AddTensors(HtmlText page, VerificationReport report)
    {
        ComparisonResult result = report.Tensors.Result;
        page.Add($"<h2>Tensors</h2>");
        page.Add($"<p>{result.EqualCount} are equal, {result.Differences.Count} differ.</p>");
        if (result.Differences.Count == 0)
        {
            return;
        }

        LogBars bars = new(0);
        foreach (TensorDifference difference in result.Differences.Take(ShownTensors))
        {
            bars.Add(difference.Name, difference.Values?.LargestDifference ?? double.PositiveInfinity);
        }

        page.Add(bars.ToHtml("Largest difference of each tensor that differs"));
        page.AddTable(
            ["tensor", "difference"],
            result
                .Differences.Take(ShownTensors)
                .Select(difference => (IReadOnlyList<string>)[difference.Name, ComparisonText.Describe(difference)])
        );
        if (result.Differences.Count > ShownTensors)
        {
            page.Add($"<p>And {result.Differences.Count - ShownTensors} more.</p>");
        }
    }

    /// <summary>A picture of the ranks that a checkpoint was cut for: a column for each pipeline stage.</summary>
    private static void AddLayout(HtmlText page, string side, Checkpoint checkpoint)
    {
        if (checkpoint.Layout is not { Sizes: var sizes } layout)
        {
            return;
        }

        const int Width = 110;
        const int Height = 44;
        page.Add($"<h2>Layout on the {side}</h2><p>{Describe(sizes)}, {layout.Source}</p>");
        page.Add(
            $"<svg width='{(sizes.Pp * Width) + 10}' height='{(sizes.StageSize * Height) + 10}' role='img' aria-label='ranks'>"
        );
        RankGrid grid = new(sizes);
        foreach (int rank in grid.Ranks)
        {
            int x = 5 + (grid.Pp(rank) * Width);
            int y = 5 + (rank % sizes.StageSize * Height);
            page.Add($"<rect class='rank' x='{x}' y='{y}' width='{Width - 8}' height='{Height - 8}' rx='4'/>");
            page.Add($"<text class='label' x='{x + ((Width - 8) / 2)}' y='{y + 15}'>rank {rank}</text>");
            page.Add(
                $"<text class='label' x='{x + ((Width - 8) / 2)}' y='{y + 29}'>pp {grid.Pp(rank)} tp {grid.Tp(rank)} ep {grid.Ep(rank)}</text>"
            );
        }

        page.Add($"</svg>");
    }

    private static string Describe(ParallelSizes sizes) =>
        $"TP {sizes.Tp}, PP {sizes.Pp}, VP {sizes.Vp}, EP {sizes.Ep}, ETP {sizes.Etp}";

    private static string Cosine(double cosine) => cosine.ToString("0.000000", CultureInfo.InvariantCulture);
}
