using System.Globalization;
using System.Text;

namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>Python's arithmetic, within a budget.</summary>
internal static class Arithmetic
{
    public static object? Apply(string op, object? a, object? b, Budget budget)
    {
        try
        {
            return (op, a, b) switch
            {
                ("~", _, _) => Join(PythonText.Str(a, budget), PythonText.Str(b, budget), budget),
                ("+", string x, string y) => Join(x, y, budget),
                ("+", List<object?> x, List<object?> y) => Join(x, y, budget),
                ("+", JinjaTuple x, JinjaTuple y) => new JinjaTuple(Join(x.Items, y.Items, budget)),
                ("%", string format, _) => budget.Made(Format(format, b, budget)),
                ("*", string or List<object?>, long or bool) => Repeat(a, Values.Whole(b), budget),
                ("*", long or bool, string or List<object?>) => Repeat(b!, Values.Whole(a), budget),
                _ when Values.IsNumber(a) && Values.IsNumber(b) => a is double
                || b is double
                || op == "/"
                || (op == "**" && Values.Real(b) < 0)
                    ? OfReals(op, Values.Real(a), Values.Real(b))
                    : OfWholes(op, Values.Whole(a), Values.Whole(b)),
                _ => throw new JinjaException($"'{op}' is not for a {Values.KindOf(a)} and a {Values.KindOf(b)}"),
            };
        }
        catch (OverflowException)
        {
            throw new JinjaException($"the result of '{op}' is too large");
        }
        catch (DivideByZeroException)
        {
            throw new JinjaException($"'{op}' by zero");
        }
    }

    private static string Join(string a, string b, Budget budget)
    {
        budget.Make((long)a.Length + b.Length);
        return a + b;
    }

    private static List<object?> Join(List<object?> a, List<object?> b, Budget budget)
    {
        budget.Make((long)a.Count + b.Count);
        return [.. a, .. b];
    }

    private static object Repeat(object value, long times, Budget budget)
    {
        int count = (int)Math.Clamp(times, 0, int.MaxValue);
        budget.Make(count * (value is string text ? text.Length : (long)((List<object?>)value).Count));
        return value is string own
            ? new StringBuilder().Insert(0, own, count).ToString()
            : Enumerable.Repeat((List<object?>)value, count).SelectMany(items => items).ToList();
    }

    private static object OfWholes(string op, long a, long b)
    {
        checked
        {
            return op switch
            {
                "+" => a + b,
                "-" => a - b,
                "*" => a * b,
                "//" => a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0),
                "%" => a % b + (a % b != 0 && (a < 0) != (b < 0) ? b : 0),
                _ => Power(a, b),
            };
        }
    }

    private static long Power(long a, long b)
    {
        if (a is 0 or 1 or -1)
        {
            return b == 0 ? 1
                : a == -1 && b % 2 == 0 ? 1
                : a;
        }
        long result = 1;
        for (long i = 0; i < b; i++)
        {
            result = checked(result * a); // ends after 63 rounds at the latest
        }
        return result;
    }

    private static object OfReals(string op, double a, double b)
    {
        if (op is "/" or "//" or "%" && b == 0)
        {
            throw new DivideByZeroException();
        }
        return op switch
        {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "/" => a / b,
            "//" => Math.Floor(a / b),
            "%" => a - b * Math.Floor(a / b),
            _ => Math.Pow(a, b),
        };
    }

    // '%s', '%d', '%r', '%i' and '%%'; the others are refused.
    private static string Format(string format, object? value, Budget budget)
    {
        var arguments = new Queue<object?>(value is JinjaTuple tuple ? tuple.Items : [value]);
        var text = new StringBuilder();
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }
            char kind = format[++i];
            if (kind == '%')
            {
                text.Append('%');
                continue;
            }
            if (!arguments.TryDequeue(out object? argument))
            {
                throw new JinjaException("a format has more places than values");
            }
            text.Append(
                kind switch
                {
                    's' => PythonText.Str(argument, budget),
                    'r' => PythonText.Repr(argument, budget),
                    'd' or 'i' => ((long)Values.Real(argument)).ToString(CultureInfo.InvariantCulture),
                    _ => throw new JinjaException($"'%{kind}' in a format is not supported"),
                }
            );
        }
        return text.ToString();
    }
}
