using System.Text.Json;
using System.Text.Json.Nodes;
using MegatronBridge.Config;

namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>
/// What Python's operators do. Values are null (None), bool, long, double, string, List, <see cref="JinjaTuple"/>, <see cref="JinjaMap"/>,
/// <see cref="JinjaNamespace"/>, <see cref="Callable"/>, <see cref="Loop"/> and <see cref="Undefined"/>.
/// </summary>
internal static class Values
{
    private const int MaxDepth = 100;

    public static object? FromJson(JsonNode? node) =>
        node switch
        {
            null => null,
            JsonArray list => list.Select(FromJson).ToList(),
            JsonObject map => FromJson(map),
            _ => node.GetValueKind() switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                JsonValueKind.String => node.GetValue<string>(),
                _ => node.AsValue().TryGetValue(out long whole) ? (object)whole
                : node.AsValue().TryGetValue(out int small) ? (long)small
                : node.GetValue<double>(),
            },
        };

    private static JinjaMap FromJson(JsonObject map)
    {
        var entries = new JinjaMap();
        foreach ((string key, JsonNode? value) in map)
        {
            entries[key] = FromJson(value);
        }
        return entries;
    }

    public static string KindOf(object? value) =>
        value switch
        {
            null => "None",
            bool => "bool",
            long => "int",
            double => "float",
            string => "text",
            List<object?> => "list",
            JinjaTuple => "tuple",
            JinjaMap => "dict",
            JinjaNamespace => "namespace",
            Undefined undefined => $"undefined value ('{undefined.Name}')",
            Callable callable => $"function '{callable.Name}'",
            _ => "loop",
        };

    public static bool IsTrue(object? value) =>
        value switch
        {
            null or Undefined => false,
            bool flag => flag,
            long number => number != 0,
            double number => number != 0,
            string text => text.Length > 0,
            List<object?> items => items.Count > 0,
            JinjaTuple { Items: var items } => items.Count > 0,
            JinjaMap map => map.Count > 0,
            _ => true,
        };

    public static bool IsNumber(object? value) => value is bool or long or double;

    public static double Real(object? value) =>
        value switch
        {
            bool flag => flag ? 1 : 0,
            long number => number,
            double number => number,
            _ => throw new JinjaException($"a number is needed, not a {KindOf(value)}"),
        };

    public static long Whole(object? value) =>
        value switch
        {
            bool flag => flag ? 1 : 0,
            long number => number,
            _ => throw new JinjaException($"a whole number is needed, not a {KindOf(value)}"),
        };

    public static bool AreEqual(object? a, object? b, Budget budget, int depth = 0)
    {
        budget.Step();
        if (depth > MaxDepth)
        {
            throw new JinjaException($"values that are compared nest deeper than {MaxDepth}");
        }
        return (a, b) switch
        {
            (null, null) or (Undefined, Undefined) => true,
            (string x, string y) => x == y,
            (long x, long y) => x == y,
            (List<object?> x, List<object?> y) => AreEqual(x, y, budget, depth),
            (JinjaTuple x, JinjaTuple y) => AreEqual(x.Items, y.Items, budget, depth),
            (JinjaMap x, JinjaMap y) => x.Count == y.Count
                && x.Entries.All(own =>
                    y.TryGet(own.Key, out object? other) && AreEqual(own.Value, other, budget, depth + 1)
                ),
            _ when IsNumber(a) && IsNumber(b) => Real(a).Equals(Real(b)) || Real(a) == Real(b),
            _ => ReferenceEquals(a, b),
        };
    }

    private static bool AreEqual(List<object?> a, List<object?> b, Budget budget, int depth) =>
        a.Count == b.Count && a.Zip(b).All(pair => AreEqual(pair.First, pair.Second, budget, depth + 1));

    public static int Compare(object? a, object? b, Budget budget)
    {
        budget.Step();
        switch (a, b)
        {
            case (string x, string y):
                return CodePointOrder.Instance.Compare(x, y);
            case (long x, long y):
                return x.CompareTo(y);
            case (List<object?> or JinjaTuple, List<object?> or JinjaTuple) when a.GetType() == b.GetType():
                List<object?> left = Items(a);
                List<object?> right = Items(b);
                int same = left.Zip(right).TakeWhile(pair => AreEqual(pair.First, pair.Second, budget)).Count();
                return same < left.Count && same < right.Count
                    ? Compare(left[same], right[same], budget)
                    : left.Count.CompareTo(right.Count);
            default:
                return IsNumber(a) && IsNumber(b)
                    ? Real(a).CompareTo(Real(b))
                    : throw new JinjaException($"a {KindOf(a)} and a {KindOf(b)} have no order");
        }
    }

    /// <summary>What a loop over the value goes over.</summary>
    public static List<object?> Items(object? value) =>
        value switch
        {
            List<object?> items => items,
            JinjaTuple { Items: var items } => items,
            string text => PythonText.Characters(text),
            JinjaMap map => [.. map.Entries.Select(entry => entry.Key)],
            Undefined => [],
            _ => throw new JinjaException($"a {KindOf(value)} has no items to go over"),
        };

    public static long Length(object? value) =>
        value switch
        {
            string text => PythonText.Length(text),
            JinjaMap map => map.Count,
            List<object?> or JinjaTuple or Undefined => Items(value).Count,
            _ => throw new JinjaException($"a {KindOf(value)} has no length"),
        };

    public static bool Contains(object? container, object? item, Budget budget) =>
        container switch
        {
            string text => item is string part
                ? text.Contains(part, StringComparison.Ordinal)
                : throw new JinjaException($"a text has no {KindOf(item)} in it"),
            JinjaMap map => map.TryGet(item, out _),
            _ => Items(container).Exists(own => AreEqual(own, item, budget)),
        };
}
