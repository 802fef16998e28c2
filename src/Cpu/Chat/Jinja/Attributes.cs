namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>What <c>a.b</c> and <c>a[b]</c> give.</summary>
internal static class Attributes
{
    /// <summary>A method of the value, else its item of that name.</summary>
    public static object? Of(object? target, string name, Budget budget) =>
        target switch
        {
            Undefined undefined => throw new JinjaException(
                $"'{undefined.Name}' is not defined, so it has no '{name}'"
            ),
            JinjaNamespace space => space.Values.GetValueOrDefault(name, new Undefined(name)),
            Loop loop => loop.Attribute(name),
            string text => TextMethods.Find(text, name, budget) ?? (object)new Undefined(name),
            JinjaMap map => (object?)MapMethods(map, name)
                ?? (map.TryGet(name, out object? value) ? value : new Undefined(name)),
            List<object?> list => ListMethods(list, name) ?? (object)new Undefined(name),
            _ => new Undefined(name),
        };

    /// <summary>The item of a key or place, else the method of that name.</summary>
    public static object? Item(object? target, object? key, Budget budget)
    {
        switch (target)
        {
            case JinjaMap map when JinjaMap.IsKey(key) && map.TryGet(key, out object? value):
                return value;
            case string or List<object?> or JinjaTuple when key is long or bool:
                long place = Values.Whole(key);
                if (target is string text)
                {
                    return CharacterAt(text, place, budget) ?? (object)new Undefined($"{place}");
                }
                List<object?> items = Values.Items(target);
                place += place < 0 ? items.Count : 0;
                return place >= 0 && place < items.Count ? items[(int)place] : new Undefined($"{place}");
            case Undefined undefined:
                throw new JinjaException(
                    $"'{undefined.Name}' is not defined, so it has no '{PythonText.Str(key, budget)}'"
                );
            default:
                return key is string name ? Of(target, name, budget) : new Undefined(PythonText.Str(key, budget));
        }
    }

    private static string? CharacterAt(string text, long place, Budget budget)
    {
        budget.Step(text.Length / 64);
        List<object?> characters = PythonText.Characters(text);
        place += place < 0 ? characters.Count : 0;
        return place >= 0 && place < characters.Count ? (string)characters[(int)place]! : null;
    }

    private static Callable? MapMethods(JinjaMap map, string name) =>
        name switch
        {
            "items" => new Callable(
                name,
                _ => map.Entries.Select(entry => (object?)new JinjaTuple([entry.Key, entry.Value])).ToList()
            ),
            "keys" => new Callable(name, _ => map.Entries.Select(entry => entry.Key).ToList()),
            "values" => new Callable(name, _ => map.Entries.Select(entry => entry.Value).ToList()),
            "get" => new Callable(
                name,
                arguments =>
                    map.TryGet(arguments.Needed(0, "key"), out object? value)
                        ? value
                        : arguments.Optional(1, "default", null)
            ),
            "copy" => new Callable(name, _ => map),
            "update" or "pop" or "clear" or "setdefault" or "popitem" => throw Unchangeable("dict", name),
            _ => null,
        };

    private static Callable? ListMethods(List<object?> list, string name) =>
        name switch
        {
            "index" => new Callable(
                name,
                arguments =>
                    list.FindIndex(item => Values.AreEqual(item, arguments.Needed(0, "value"), arguments.Budget))
                        is >= 0
                            and var place
                        ? (long)place
                        : throw new JinjaException("the list does not have the value")
            ),
            "count" => new Callable(
                name,
                arguments =>
                    (long)list.Count(item => Values.AreEqual(item, arguments.Needed(0, "value"), arguments.Budget))
            ),
            "copy" => new Callable(name, _ => list),
            "append" or "extend" or "insert" or "pop" or "remove" or "clear" or "sort" or "reverse" =>
                throw Unchangeable("list", name),
            _ => null,
        };

    private static JinjaException Unchangeable(string kind, string name) =>
        new($"a {kind} cannot be changed in a template ('{name}')");
}
