using System.Globalization;
using System.Text;

namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>The functions that every template may call.</summary>
internal static class Globals
{
    private const int LongestRange = 100_000;

    public static Scope Make(DateTimeOffset now, Budget budget)
    {
        var scope = new Scope(null);
        Add(
            scope,
            "raise_exception",
            arguments => throw new RaisedException(PythonText.Str(arguments.Needed(0, "message"), arguments.Budget))
        );
        Add(scope, "strftime_now", arguments => FormatTime(now, arguments.Text(0, "format")));
        Add(scope, "namespace", arguments => Namespace(arguments));
        Add(scope, "dict", arguments => Map(arguments));
        Add(scope, "range", arguments => Range(arguments, budget));
        return scope;
    }

    private static void Add(Scope scope, string name, Func<Arguments, object?> call) =>
        scope[name] = new Callable(name, call);

    private static JinjaNamespace Namespace(Arguments arguments)
    {
        var space = new JinjaNamespace();
        foreach ((object? key, object? value) in Map(arguments).Entries)
        {
            space.Values[PythonText.Str(key, arguments.Budget)] = value;
        }
        return space;
    }

    private static JinjaMap Map(Arguments arguments)
    {
        var map = new JinjaMap();
        if (arguments.Positional is [JinjaMap other])
        {
            foreach ((object? key, object? value) in other.Entries)
            {
                map[key] = value;
            }
        }
        foreach ((string name, object? value) in arguments.Named)
        {
            map[name] = value;
        }
        return map;
    }

    private static List<object?> Range(Arguments arguments, Budget budget)
    {
        bool hasStart = arguments.Positional.Count > 1;
        long start = hasStart ? Values.Whole(arguments.Needed(0, "start")) : 0;
        long stop = Values.Whole(arguments.Needed(hasStart ? 1 : 0, "stop"));
        long step = Values.Whole(arguments.Optional(2, "step", 1L));
        Int128 count =
            step == 0
                ? throw new JinjaException("a range needs a step")
                : ((Int128)stop - start + step - Math.Sign(step)) / step;
        if (count > LongestRange)
        {
            throw new JinjaException($"a range has at most {LongestRange} numbers, this one has {count}");
        }
        budget.Make(Math.Max((long)count, 0));
        var numbers = new List<object?>();
        for (int i = 0; i < count; i++)
        {
            numbers.Add(start + i * step);
        }
        return numbers;
    }

    private static string FormatTime(DateTimeOffset now, string format)
    {
        var text = new StringBuilder();
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }
            bool isShort = format[i + 1] == '-' && i + 2 < format.Length; // '%-d' as the C library of Linux has it
            i += isShort ? 2 : 1;
            string part = format[i] switch
            {
                'Y' => "yyyy",
                'y' => "yy",
                'm' => "MM",
                'd' => "dd",
                'B' => "MMMM",
                'b' or 'h' => "MMM",
                'A' => "dddd",
                'a' => "ddd",
                'H' => "HH",
                'I' => "hh",
                'M' => "mm",
                'S' => "ss",
                'p' => "tt",
                'f' => "ffffff",
                'F' => "yyyy-MM-dd",
                'T' => "HH:mm:ss",
                'R' => "HH:mm",
                'D' or 'x' => "MM/dd/yy",
                'X' => "HH:mm:ss",
                'c' => "ddd MMM d HH:mm:ss yyyy",
                _ => "",
            };
            string shown = format[i] switch
            {
                '%' => "%",
                'n' => "\n",
                't' => "\t",
                'e' => $"{now.Day, 2}",
                'j' => $"{now.DayOfYear:000}",
                'w' => $"{(int)now.DayOfWeek}",
                'u' => $"{(now.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)now.DayOfWeek)}",
                'Z' or 'z' => "", // the time that transformers gives has no zone
                _ when part.Length == 0 => throw new JinjaException($"'%{format[i]}' of a date is not supported"),
                _ => now.ToString(part, CultureInfo.InvariantCulture),
            };
            text.Append(isShort && shown.Length > 1 ? shown.TrimStart('0') : shown);
        }
        return text.ToString();
    }
}
