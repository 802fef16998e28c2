namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>The names of a block; loops, macros and the like have their own, an <c>if</c> has not.</summary>
internal sealed class Scope(Scope? outer)
{
    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);

    public object? this[string name]
    {
        set => _values[name] = value;
    }

    public object? Find(string name)
    {
        for (Scope? scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope._values.TryGetValue(name, out object? value))
            {
                return value;
            }
        }
        return new Undefined(name);
    }

    private Scope? Outer => outer;
}
