namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>
/// An object of some Python class, kept as what the pickle says of it: what to call with which arguments, which items
/// to add, which state to set. None of that is done.
/// </summary>
public sealed class PickleObject : PickleValue
{
    private static readonly PickleDict NoEntries = new();

    private List<PickleValue>? _items;
    private PickleDict? _entries;

    /// <summary>Describes an object.</summary>
    /// <param name="call">How it is made.</param>
    /// <param name="callable">What is called: nearly always a <see cref="PickleGlobal"/>.</param>
    /// <param name="arguments">The positional arguments.</param>
    /// <param name="keywords">The named arguments, only for <see cref="PickleCall.NewObjectWithKeywords"/>.</param>
    /// <param name="entries">What is added to it as to a dict.</param>
    /// <param name="state">What its <c>__setstate__</c> or <c>__dict__</c> receives.</param>
    public PickleObject(
        PickleCall call,
        PickleValue callable,
        PickleTuple arguments,
        PickleValue? keywords = null,
        PickleDict? entries = null,
        PickleValue? state = null
    )
    {
        if (keywords is null == (call == PickleCall.NewObjectWithKeywords))
        {
            throw new ArgumentException($"{call} does not go with these keywords.", nameof(keywords));
        }

        Call = call;
        Callable = Adopt(callable);
        Arguments = Adopt(arguments);
        Keywords = keywords is null ? null : Adopt(keywords);
        _entries = entries is null ? null : Adopt(entries);
        State = state is null ? null : Adopt(state);
    }

    /// <summary>How it is made.</summary>
    public PickleCall Call { get; }

    /// <summary>What is called.</summary>
    public PickleValue Callable { get; }

    /// <summary>The class or function by name, or null when it is itself the result of something.</summary>
    public PickleGlobal? Class => Callable as PickleGlobal;

    /// <summary>The positional arguments.</summary>
    public PickleTuple Arguments { get; }

    /// <summary>The named arguments, or null.</summary>
    public PickleValue? Keywords { get; }

    /// <summary>What is added to it as to a list.</summary>
    public IReadOnlyList<PickleValue> Items => _items ?? [];

    /// <summary>What is added to it as to a dict: the contents of an <c>OrderedDict</c>.</summary>
    public PickleDict Entries => _entries ?? NoEntries;

    /// <summary>What its <c>__setstate__</c> or <c>__dict__</c> receives, or null.</summary>
    public PickleValue? State { get; private set; }

    internal void Add(PickleValue item) => (_items ??= []).Add(Adopt(item));

    internal bool TryAdd(PickleValue key, PickleValue value)
    {
        _entries ??= new();
        bool added = _entries.TryAdd(key, value);
        Adopt(_entries);
        return added;
    }

    internal bool TrySetState(PickleValue state)
    {
        bool isFirst = State is null;
        State ??= Adopt(state);
        return isFirst;
    }
}
