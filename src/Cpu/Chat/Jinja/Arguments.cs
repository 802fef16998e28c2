namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>The arguments of a call, by place and by name, as one function after the other asks for them.</summary>
internal sealed class Arguments(
    string callee,
    List<object?> positional,
    Dictionary<string, object?> named,
    Budget budget
)
{
    public List<object?> Positional => positional;
    public Dictionary<string, object?> Named => named;
    public Budget Budget => budget;
    public int Count => positional.Count + named.Count;

    /// <summary>The argument of a place or name; a fault where it is missing.</summary>
    public object? Needed(int place, string name) =>
        Has(place, name)
            ? Optional(place, name, null)
            : throw new JinjaException($"{callee} needs an argument '{name}'");

    public bool Has(int place, string name) => place < positional.Count || named.ContainsKey(name);

    public object? Optional(int place, string name, object? ifMissing) =>
        place < positional.Count ? positional[place]
        : named.TryGetValue(name, out object? value) ? value
        : ifMissing;

    public string Text(int place, string name, string? ifMissing = null) =>
        Optional(place, name, ifMissing) as string ?? throw new JinjaException($"{callee} needs a text as '{name}'");

    public string? TextOrNone(int place, string name) => Optional(place, name, null) is null ? null : Text(place, name);

    public int Whole(int place, string name, int ifMissing) =>
        Optional(place, name, (long)ifMissing) switch
        {
            bool flag => flag ? 1 : 0,
            long number and >= int.MinValue and <= int.MaxValue => (int)number,
            _ => throw new JinjaException($"{callee} needs a whole number as '{name}'"),
        };

    public bool Flag(int place, string name, bool ifMissing = false) => Values.IsTrue(Optional(place, name, ifMissing));

    /// <summary>Refuses arguments that the callee does not have.</summary>
    public Arguments Only(int most, params ReadOnlySpan<string> names)
    {
        if (positional.Count > most)
        {
            throw new JinjaException($"{callee} takes at most {most} arguments, here are {positional.Count}");
        }
        foreach (string name in named.Keys)
        {
            if (!names.Contains(name))
            {
                throw new JinjaException($"{callee} has no argument '{name}' that is supported");
            }
        }
        return this;
    }
}
