using System.Globalization;
using System.Text;

namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>What can stand after <c>|</c>.</summary>
internal static class Filters
{
    private static readonly Dictionary<string, Func<object?, Arguments, Budget, object?>> Known = new(
        StringComparer.Ordinal
    )
    {
        ["tojson"] = Json,
        ["trim"] = (value, arguments, budget) =>
            PythonText.Strip(PythonText.Str(value, budget), arguments.TextOrNone(0, "chars")),
        ["length"] = (value, _, _) => Values.Length(value),
        ["count"] = (value, _, _) => Values.Length(value),
        ["default"] = Default,
        ["d"] = Default,
        ["upper"] = (value, _, budget) => PythonText.Str(value, budget).ToUpperInvariant(),
        ["lower"] = (value, _, budget) => PythonText.Str(value, budget).ToLowerInvariant(),
        ["title"] = (value, _, budget) => Title(PythonText.Str(value, budget)),
        ["capitalize"] = (value, _, budget) => TextMethods.Capitalized(PythonText.Str(value, budget)),
        ["string"] = (value, _, budget) => budget.Made(PythonText.Str(value, budget)),
        ["safe"] = (value, _, _) => value,
        ["escape"] = Escape,
        ["e"] = Escape,
        ["replace"] = (value, arguments, budget) =>
            TextMethods.Replace(
                PythonText.Str(value, budget),
                PythonText.Str(arguments.Needed(0, "old"), budget),
                PythonText.Str(arguments.Needed(1, "new"), budget),
                arguments.Optional(2, "count", null) is null ? -1 : arguments.Whole(2, "count", -1),
                budget
            ),
        ["indent"] = Indent,
        ["format"] = (value, arguments, budget) =>
            Arithmetic.Apply("%", PythonText.Str(value, budget), new JinjaTuple(arguments.Positional), budget),
        ["wordcount"] = (value, _, budget) =>
            (long)PythonText.Str(value, budget).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length,
        ["int"] = Int,
        ["float"] = (value, arguments, _) =>
            value is string text
                ? (
                    double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double real)
                        ? real
                        : arguments.Optional(0, "default", 0.0)
                )
                : Values.Real(value),
        ["abs"] = (value, _, _) =>
            value is double real ? (object)Math.Abs(real) : Math.Abs(Math.Max(Values.Whole(value), -long.MaxValue)),
        ["round"] = Round,
        ["list"] = (value, _, budget) => Copy(value, budget),
        ["items"] = (value, _, _) => value is Undefined ? new List<object?>() : Sequences.Pairs(value),
        ["dictsort"] = Sequences.SortMap,
        ["first"] = (value, _, _) => Values.Items(value) is [var first, ..] ? first : new Undefined("first"),
        ["last"] = (value, _, _) => Values.Items(value) is [.., var last] ? last : new Undefined("last"),
        ["join"] = Sequences.Join,
        ["map"] = Sequences.Map,
        ["select"] = (value, arguments, budget) =>
            Sequences.Select(value, arguments, budget, byAttribute: false, wanted: true),
        ["reject"] = (value, arguments, budget) =>
            Sequences.Select(value, arguments, budget, byAttribute: false, wanted: false),
        ["selectattr"] = (value, arguments, budget) =>
            Sequences.Select(value, arguments, budget, byAttribute: true, wanted: true),
        ["rejectattr"] = (value, arguments, budget) =>
            Sequences.Select(value, arguments, budget, byAttribute: true, wanted: false),
        ["sort"] = Sequences.Sort,
        ["unique"] = Sequences.Unique,
        ["reverse"] = (value, _, budget) => Reverse(value, budget),
        ["sum"] = Sequences.Sum,
        ["min"] = (value, arguments, budget) => Sequences.Extreme(value, arguments, budget, -1),
        ["max"] = (value, arguments, budget) => Sequences.Extreme(value, arguments, budget, 1),
        ["batch"] = Sequences.Batch,
        ["groupby"] = Sequences.GroupBy,
    };

    public static IEnumerable<string> Names => Known.Keys;

    public static bool IsKnown(string name) => Known.ContainsKey(name);

    public static object? Apply(string name, object? value, Arguments arguments, Budget budget) =>
        Known.TryGetValue(name, out Func<object?, Arguments, Budget, object?>? filter)
            ? filter(value, arguments, budget)
            : throw new JinjaException($"the filter '{name}' is not supported");

    private static object? Default(object? value, Arguments arguments, Budget budget) =>
        value is Undefined || (arguments.Flag(1, "boolean") && !Values.IsTrue(value))
            ? arguments.Optional(0, "default_value", "")
            : value;

    private static string Json(object? value, Arguments arguments, Budget budget)
    {
        arguments.Only(4, "ensure_ascii", "indent", "separators", "sort_keys");
        object? indent = arguments.Optional(1, "indent", null);
        string? step = indent is null or string
            ? indent as string
            : new string(' ', Math.Clamp(arguments.Whole(1, "indent", 0), 0, 100));
        (string items, string keys) = step is null ? (", ", ": ") : (",", ": ");
        if (arguments.Optional(2, "separators", null) is { } separators)
        {
            (items, keys) = Values.Items(separators) is [string first, string second]
                ? (first, second)
                : throw new JinjaException("tojson needs two texts as separators");
        }
        return new JsonText(
            budget,
            arguments.Flag(0, "ensure_ascii"),
            step,
            items,
            keys,
            arguments.Flag(3, "sort_keys")
        ).Write(value);
    }

    private static string Escape(object? value, Arguments arguments, Budget budget) =>
        budget.Made(
            PythonText
                .Str(value, budget)
                .Replace("&", "&amp;")
                .Replace("<", "&lt;")
                .Replace(">", "&gt;")
                .Replace("'", "&#39;")
                .Replace("\"", "&#34;")
        );

    // Words are what stands between white space, hyphens and opening brackets.
    private static string Title(string text)
    {
        var result = new StringBuilder(text.Length);
        bool starts = true;
        foreach (char c in text)
        {
            result.Append(starts ? char.ToUpperInvariant(c) : char.ToLowerInvariant(c));
            starts = PythonText.IsSpace(c) || c is '-' or '(' or '{' or '[' or '<';
        }
        return result.ToString();
    }

    private static string Indent(object? value, Arguments arguments, Budget budget)
    {
        string indent =
            arguments.Optional(0, "width", null) as string
            ?? new string(' ', Math.Clamp(arguments.Whole(0, "width", 4), 0, 1000));
        bool first = arguments.Flag(1, "first");
        bool blank = arguments.Flag(2, "blank");
        string[] lines = PythonText.Str(value, budget).Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            bool indents = i == 0 ? first : blank || lines[i].Length > 0;
            budget.Make(lines[i].Length + indent.Length);
            lines[i] = indents ? indent + lines[i] : lines[i];
        }
        return string.Join('\n', lines);
    }

    private static object? Int(object? value, Arguments arguments, Budget budget)
    {
        object? otherwise = arguments.Optional(0, "default", 0L);
        return value switch
        {
            string text => long.TryParse(
                PythonText.Strip(text, null),
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out long whole
            )
                ? whole
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double real)
            && Math.Abs(real) < long.MaxValue
                ? (long)real
            : otherwise,
            double real => Math.Abs(real) < long.MaxValue ? (long)real : otherwise,
            bool or long => Values.Whole(value),
            _ => otherwise,
        };
    }

    private static object Round(object? value, Arguments arguments, Budget budget)
    {
        double factor = Math.Pow(10, Math.Clamp(arguments.Whole(0, "precision", 0), -20, 20));
        double scaled = Values.Real(value) * factor;
        return arguments.Text(1, "method", "common") switch
        {
            "common" => Math.Round(scaled, MidpointRounding.ToEven) / factor,
            "ceil" => Math.Ceiling(scaled) / factor,
            "floor" => Math.Floor(scaled) / factor,
            _ => throw new JinjaException("round needs common, ceil or floor as its method"),
        };
    }

    private static List<object?> Copy(object? value, Budget budget)
    {
        List<object?> items = Values.Items(value);
        budget.Make(items.Count);
        return [.. items];
    }

    private static object Reverse(object? value, Budget budget)
    {
        List<object?> items = Copy(value, budget);
        items.Reverse();
        return value is string ? string.Concat(items) : items;
    }
}
