namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>What <c>loop</c> is within a loop.</summary>
internal sealed class Loop(List<object?> items, int depth)
{
    private object? _changed = new Undefined("changed");

    public int Index { get; set; }
    public int Depth => depth;

    public object? Attribute(string name) =>
        name switch
        {
            "index" => Index + 1L,
            "index0" => (long)Index,
            "revindex" => (long)(items.Count - Index),
            "revindex0" => items.Count - Index - 1L,
            "first" => Index == 0,
            "last" => Index == items.Count - 1,
            "length" => (long)items.Count,
            "depth" => (long)depth,
            "depth0" => depth - 1L,
            "previtem" => Index > 0 ? items[Index - 1] : new Undefined(name),
            "nextitem" => Index + 1 < items.Count ? items[Index + 1] : new Undefined(name),
            "cycle" => new Callable(name, arguments => arguments.Positional[Index % arguments.Positional.Count]),
            "changed" => new Callable(name, Changed),
            _ => new Undefined(name),
        };

    private object? Changed(Arguments arguments)
    {
        var now = new JinjaTuple([.. arguments.Positional]);
        bool isChanged = !Values.AreEqual(now, _changed, arguments.Budget);
        _changed = now;
        return isChanged;
    }
}
