using System.Globalization;

namespace MegatronBridge.Cli.Html;

/// <summary>Bars on a logarithmic scale, as a picture inside a page. A bar of 0 is a point on the ground.</summary>
internal sealed class LogBars(double tolerance)
{
    private const int Height = 220;
    private const int Left = 60;
    private const int Bottom = 30;
    private const int Widest = 900;
    private const double LeastExponent = -9;

    private readonly List<(string Name, double Value, bool IsEnd)> _bars = [];

    /// <summary>Adds a bar; <paramref name="isEnd"/> makes a gap behind it.</summary>
    public void Add(string name, double value, bool isEnd = false) => _bars.Add((name, value, isEnd));

    /// <summary>The picture.</summary>
    public HtmlText ToHtml(string title)
    {
        double most = _bars
            .Select(bar => bar.Value)
            .Where(value => double.IsFinite(value) && value > 0)
            .Append(tolerance * 10)
            .Max();
        double top = Math.Ceiling(Math.Log10(most));
        double step = Math.Min(24, (double)(Widest - Left) / Math.Max(1, _bars.Count));
        double width = Left + (step * _bars.Count) + 10;
        HtmlText svg = new();
        svg.Add(
            $"<figure><figcaption>{title}</figcaption><svg viewBox='0 0 {Number(width)} {Height + Bottom}' width='{Number(width)}' role='img' aria-label='{title}'>"
        );
        for (
            double exponent = LeastExponent;
            exponent <= top;
            exponent += Math.Max(1, Math.Floor((top - LeastExponent) / 6))
        )
        {
            string y = Number(Y(Math.Pow(10, exponent), top));
            svg.Add($"<line class='grid' x1='{Left}' x2='{Number(width)}' y1='{y}' y2='{y}'/>");
            svg.Add($"<text class='axis' x='{Left - 6}' y='{y}' text-anchor='end'>1e{Number(exponent)}</text>");
        }

        for (int i = 0; i < _bars.Count; i++)
        {
            (string name, double value, bool isEnd) = _bars[i];
            double y = Y(value, top);
            string kind = value > tolerance || double.IsNaN(value) ? "bad" : "good";
            string size = Number(Math.Max(1, step * (isEnd ? 0.5 : 0.8)));
            svg.Add(
                $"<rect class='{kind}' x='{Number(Left + (i * step))}' y='{Number(Math.Min(y, Height - 2))}' width='{size}' height='{Number(Math.Max(2, Height - y))}'><title>{name}: {value.ToString("g3", CultureInfo.InvariantCulture)}</title></rect>"
            );
        }

        string line = Number(Y(tolerance, top));
        svg.Add($"<line class='tolerance' x1='{Left}' x2='{Number(width)}' y1='{line}' y2='{line}'/>");
        return svg.Add($"</svg></figure>");
    }

    private static double Y(double value, double top)
    {
        if (!double.IsFinite(value))
        {
            return 0;
        }

        double exponent = value > 0 ? Math.Max(LeastExponent, Math.Log10(value)) : LeastExponent;
        return Height * (top - exponent) / (top - LeastExponent);
    }

    private static string Number(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
