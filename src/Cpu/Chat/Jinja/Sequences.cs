namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>The filters that go over the items of a value.</summary>
internal static class Sequences
{
    public static List<object?> Pairs(object? value) =>
        value is JinjaMap map
            ? [.. map.Entries.Select(entry => new JinjaTuple([entry.Key, entry.Value]))]
            : throw new JinjaException($"a {Values.KindOf(value)} has no keys and values");

    public static object? SortMap(object? value, Arguments arguments, Budget budget)
    {
        bool caseSensitive = arguments.Flag(0, "case_sensitive");
        int place = arguments.Text(1, "by", "key") == "value" ? 1 : 0;
        return Sorted(
            Pairs(value),
            pair => ((JinjaTuple)pair!).Items[place],
            caseSensitive,
            arguments.Flag(2, "reverse"),
            budget
        );
    }

    public static object? Join(object? value, Arguments arguments, Budget budget)
    {
        List<object?> items = Values.Items(value);
        if (arguments.Optional(1, "attribute", null) is { } attribute)
        {
            items = [.. items.Select(item => Attribute(item, attribute, budget))];
        }
        return TextMethods.Join(
            PythonText.Str(arguments.Optional(0, "d", ""), budget),
            items,
            budget,
            item => PythonText.Str(item, budget)
        );
    }

    public static object? Map(object? value, Arguments arguments, Budget budget)
    {
        Func<object?, object?> map;
        if (arguments.Named.TryGetValue("attribute", out object? attribute))
        {
            arguments.Named.TryGetValue("default", out object? ifMissing);
            bool hasDefault = arguments.Named.ContainsKey("default");
            map = item =>
                Attribute(item, attribute, budget) is var own && own is Undefined && hasDefault ? ifMissing : own;
        }
        else
        {
            string filter = arguments.Text(0, "filter");
            var rest = new Arguments(filter, [.. arguments.Positional.Skip(1)], arguments.Named, budget);
            map = item => Filters.Apply(filter, item, rest, budget);
        }
        return Each(value, budget).Select(map).ToList();
    }

    public static object? Select(object? value, Arguments arguments, Budget budget, bool byAttribute, bool wanted)
    {
        int at = byAttribute ? 1 : 0;
        object? attribute = byAttribute ? arguments.Needed(0, "attribute") : null;
        string? test = arguments.Positional.Count > at ? arguments.Text(at, "test") : null;
        var rest = new Arguments(test ?? "", [.. arguments.Positional.Skip(at + 1)], arguments.Named, budget);
        return Each(value, budget)
            .Where(item =>
            {
                object? subject = byAttribute ? Attribute(item, attribute, budget) : item;
                return wanted == (test is null ? Values.IsTrue(subject) : Tests.Apply(test, subject, rest));
            })
            .ToList();
    }

    public static object? Sort(object? value, Arguments arguments, Budget budget)
    {
        object? attribute = arguments.Optional(2, "attribute", null);
        return Sorted(
            [.. Each(value, budget)],
            item => attribute is null ? item : Attribute(item, attribute, budget),
            arguments.Flag(1, "case_sensitive"),
            arguments.Flag(0, "reverse"),
            budget
        );
    }

    public static object? Unique(object? value, Arguments arguments, Budget budget)
    {
        object? attribute = arguments.Optional(1, "attribute", null);
        bool caseSensitive = arguments.Flag(0, "case_sensitive");
        var seen = new JinjaMap();
        var unique = new List<object?>();
        foreach (object? item in Each(value, budget))
        {
            object? key = Folded(attribute is null ? item : Attribute(item, attribute, budget), caseSensitive);
            if (!seen.TryGet(key, out _))
            {
                seen[key] = true;
                unique.Add(item);
            }
        }
        return unique;
    }

    public static object? Sum(object? value, Arguments arguments, Budget budget)
    {
        object? attribute = arguments.Optional(0, "attribute", null);
        object? sum = arguments.Optional(1, "start", 0L);
        foreach (object? item in Each(value, budget))
        {
            sum = Arithmetic.Apply("+", sum, attribute is null ? item : Attribute(item, attribute, budget), budget);
        }
        return sum;
    }

    public static object? Extreme(object? value, Arguments arguments, Budget budget, int direction)
    {
        List<object?> items = Values.Items(value);
        if (items.Count == 0)
        {
            return new Undefined("no items");
        }
        bool caseSensitive = arguments.Flag(0, "case_sensitive");
        return items.Aggregate(
            (best, item) =>
                Values.Compare(Folded(item, caseSensitive), Folded(best, caseSensitive), budget) * direction > 0
                    ? item
                    : best
        );
    }

    public static object? Batch(object? value, Arguments arguments, Budget budget)
    {
        int size = arguments.Whole(0, "linecount", 0);
        object? fill = arguments.Optional(1, "fill_with", null);
        if (size < 1)
        {
            throw new JinjaException("batch needs a length from 1 on");
        }
        var batches = Each(value, budget).Chunk(size).Select(batch => batch.ToList()).ToList();
        if (fill is not null && batches.Count > 0)
        {
            budget.Make(size);
            batches[^1].AddRange(Enumerable.Repeat(fill, size - batches[^1].Count));
        }
        return batches.ConvertAll(batch => (object?)batch);
    }

    public static object? GroupBy(object? value, Arguments arguments, Budget budget)
    {
        object? attribute = arguments.Needed(0, "attribute");
        object? Key(object? item) => Attribute(item, attribute, budget);
        var groups = new List<object?>();
        foreach (
            object? item in (List<object?>)
                Sorted([.. Each(value, budget)], Key, caseSensitive: false, reverse: false, budget)
        )
        {
            if (
                groups is [.., JinjaTuple { Items: [var key, List<object?> members] }]
                && Values.AreEqual(key, Key(item), budget)
            )
            {
                members.Add(item);
            }
            else
            {
                groups.Add(new JinjaTuple([Key(item), new List<object?> { item }]));
            }
        }
        return groups;
    }

    private static List<object?> Each(object? value, Budget budget)
    {
        List<object?> items = Values.Items(value);
        budget.Step(items.Count);
        return items;
    }

    // 'a.b' goes down, numbers are places.
    private static object? Attribute(object? item, object? attribute, Budget budget)
    {
        if (attribute is not string path)
        {
            return Attributes.Item(item, attribute, budget);
        }
        foreach (string part in path.Split('.'))
        {
            item = long.TryParse(part, out long place)
                ? Attributes.Item(item, place, budget)
                : Attributes.Item(item, part, budget);
        }
        return item;
    }

    private static object? Folded(object? value, bool caseSensitive) =>
        !caseSensitive && value is string text ? text.ToLowerInvariant() : value;

    private static object Sorted(
        List<object?> items,
        Func<object?, object?> key,
        bool caseSensitive,
        bool reverse,
        Budget budget
    )
    {
        var order = Comparer<object?>.Create(
            (a, b) =>
            {
                budget.Step();
                return reverse ? Values.Compare(b, a, budget) : Values.Compare(a, b, budget);
            }
        );
        // Unlike List.Sort this keeps the order of equals, and lets faults through.
        return items.OrderBy(item => Folded(key(item), caseSensitive), order).ToList();
    }
}
