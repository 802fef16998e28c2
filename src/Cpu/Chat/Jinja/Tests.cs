namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>What can stand after <c>is</c>.</summary>
internal static class Tests
{
    private static readonly Dictionary<string, Func<object?, Arguments, bool>> Known = new(StringComparer.Ordinal)
    {
        ["defined"] = (value, _) => value is not Undefined,
        ["undefined"] = (value, _) => value is Undefined,
        ["none"] = (value, _) => value is null,
        ["string"] = (value, _) => value is string,
        ["number"] = (value, _) => Values.IsNumber(value),
        ["integer"] = (value, _) => value is long,
        ["float"] = (value, _) => value is double,
        ["boolean"] = (value, _) => value is bool,
        ["true"] = (value, _) => value is true,
        ["false"] = (value, _) => value is false,
        ["mapping"] = (value, _) => value is JinjaMap,
        ["sequence"] = (value, _) => value is string or List<object?> or JinjaTuple or JinjaMap or Undefined,
        ["iterable"] = (value, _) => value is string or List<object?> or JinjaTuple or JinjaMap or Undefined,
        ["callable"] = (value, _) => value is Callable,
        ["odd"] = (value, _) => Values.Whole(value) % 2 != 0,
        ["even"] = (value, _) => Values.Whole(value) % 2 == 0,
        ["divisibleby"] = (value, arguments) => Divides(Values.Whole(arguments.Needed(0, "num")), Values.Whole(value)),
        ["eq"] = Equal,
        ["equalto"] = Equal,
        ["=="] = Equal,
        ["ne"] = (value, arguments) => !Equal(value, arguments),
        ["lt"] = (value, arguments) => Values.Compare(value, arguments.Needed(0, "other"), arguments.Budget) < 0,
        ["lessthan"] = (value, arguments) => Values.Compare(value, arguments.Needed(0, "other"), arguments.Budget) < 0,
        ["le"] = (value, arguments) => Values.Compare(value, arguments.Needed(0, "other"), arguments.Budget) <= 0,
        ["gt"] = (value, arguments) => Values.Compare(value, arguments.Needed(0, "other"), arguments.Budget) > 0,
        ["greaterthan"] = (value, arguments) =>
            Values.Compare(value, arguments.Needed(0, "other"), arguments.Budget) > 0,
        ["ge"] = (value, arguments) => Values.Compare(value, arguments.Needed(0, "other"), arguments.Budget) >= 0,
        ["in"] = (value, arguments) => Values.Contains(arguments.Needed(0, "seq"), value, arguments.Budget),
        ["sameas"] = (value, arguments) => IsSame(value, arguments.Needed(0, "other")),
        ["lower"] = (value, arguments) => TextMethods.IsLower(PythonText.Str(value, arguments.Budget)),
        ["upper"] = (value, arguments) => TextMethods.IsUpper(PythonText.Str(value, arguments.Budget)),
    };

    public static IEnumerable<string> Names => Known.Keys;

    public static bool IsKnown(string name) => Known.ContainsKey(name);

    public static bool Apply(string name, object? value, Arguments arguments) =>
        Known.TryGetValue(name, out Func<object?, Arguments, bool>? test)
            ? test(value, arguments)
            : throw new JinjaException($"the test '{name}' is not supported");

    private static bool Equal(object? value, Arguments arguments) =>
        Values.AreEqual(value, arguments.Needed(0, "other"), arguments.Budget);

    private static bool Divides(long divisor, long value) =>
        divisor != 0 ? value % divisor == 0 : throw new JinjaException("a division by zero");

    private static bool IsSame(object? a, object? b) =>
        ReferenceEquals(a, b) || (a is bool x && b is bool y && x == y) || (a is long m && b is long n && m == n);
}
