using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Storage.TorchDist;

/// <summary>
/// Writes a pickle of protocol 5 value by value, as CPython's pickler would write the same objects: each goes into the
/// memo, and comes from there when it is met again. No graph is built, so that an index of a million values costs no
/// more than its file.
/// </summary>
internal class FramedPickle
{
    private const int BatchSize = 1000;

    private readonly PickleOutput _output = new();
    private readonly Dictionary<string, int> _names = [];
    private readonly Dictionary<(string Module, string Name), int> _globals = [];
    private int _memoCount;

    /// <summary>Begins the pickle.</summary>
    public FramedPickle()
    {
        _output.WriteByte(PickleOpcode.Proto, 5);
        _output.BeginFraming();
    }

    /// <summary>Ends the pickle and gives its bytes.</summary>
    public byte[] Finish()
    {
        _output.Write(PickleOpcode.Stop);
        _output.EndFraming();
        return _output.ToArray();
    }

    /// <summary>Writes an operation inside a value.</summary>
    public void Op(PickleOpcode opcode) => _output.Write(opcode);

    /// <summary>Writes the first operation of a value; a frame may end before it.</summary>
    public void Begin(PickleOpcode opcode)
    {
        _output.EndFullFrame();
        _output.Write(opcode);
    }

    /// <summary>Stores the value just written; returns its number.</summary>
    public int Memoize()
    {
        _output.Write(PickleOpcode.Memoize);
        return _memoCount++;
    }

    /// <summary>Writes a value that was stored.</summary>
    public void Get(int memo)
    {
        _output.EndFullFrame();
        _output.WriteNumber(PickleOpcode.BinGet, PickleOpcode.LongBinGet, memo);
    }

    /// <summary>Writes a number.</summary>
    public void Int(long value)
    {
        _output.EndFullFrame();
        _output.WriteInt(value);
    }

    /// <summary>Writes a text that is an object of its own, even when the same text was written before.</summary>
    public int Text(string text)
    {
        _output.EndFullFrame();
        _output.WriteBlock(PickleOpcode.BinUnicode, PickleOpcode.ShortBinUnicode, SurrogateUtf8.Encode(text));
        return Memoize();
    }

    /// <summary>Writes a text that is one object wherever <paramref name="texts"/> is given.</summary>
    public void Text(string text, Dictionary<string, int> texts)
    {
        if (texts.TryGetValue(text, out int memo))
        {
            Get(memo);
        }
        else
        {
            texts.Add(text, Text(text));
        }
    }

    /// <summary>Writes Python's <c>None</c>.</summary>
    public void None() => Begin(PickleOpcode.None);

    /// <summary>Writes the name of a field or module, which Python interns: the second time it comes from the memo.</summary>
    public void Name(string name)
    {
        if (_names.TryGetValue(name, out int memo))
        {
            Get(memo);
        }
        else
        {
            _names.Add(name, Text(name));
        }
    }

    /// <summary>Writes a class or function.</summary>
    public void Global(string module, string name)
    {
        if (_globals.TryGetValue((module, name), out int memo))
        {
            Get(memo);
            return;
        }

        Name(module);
        Text(name);
        Op(PickleOpcode.StackGlobal);
        _globals.Add((module, name), Memoize());
    }

    /// <summary>Writes a tuple of numbers; the empty one is never stored.</summary>
    public void Tuple(ReadOnlySpan<long> values)
    {
        if (values.Length is 0 or > 3)
        {
            Begin(values.IsEmpty ? PickleOpcode.EmptyTuple : PickleOpcode.Mark);
        }

        foreach (long value in values)
        {
            Int(value);
        }

        if (!values.IsEmpty)
        {
            EndTuple(values.Length);
        }
    }

    /// <summary>Makes a tuple of the values just written and stores it. One of more than three has a mark before them.</summary>
    public void EndTuple(int count)
    {
        Op(
            count switch
            {
                1 => PickleOpcode.Tuple1,
                2 => PickleOpcode.Tuple2,
                3 => PickleOpcode.Tuple3,
                _ => PickleOpcode.Tuple,
            }
        );
        Memoize();
    }

    /// <summary>Calls what was written before the argument tuple, and stores the result.</summary>
    public int EndCall()
    {
        Op(PickleOpcode.Reduce);
        return Memoize();
    }

    /// <summary>Writes a list and stores it; <paramref name="write"/> writes each item.</summary>
    public void List<T>(IReadOnlyList<T> items, Action<T> write)
    {
        Empty(PickleOpcode.EmptyList);
        Batch(items, PickleOpcode.Append, PickleOpcode.Appends, write);
    }

    /// <summary>Writes a dict and stores it; <paramref name="write"/> writes the key and the value of each entry.</summary>
    public void Dict<T>(IReadOnlyList<T> entries, Action<T> write)
    {
        Empty(PickleOpcode.EmptyDict);
        Batch(entries, PickleOpcode.SetItem, PickleOpcode.SetItems, write);

        // Python finds the end of a dict only by another, empty batch.
        if (entries.Count > 0 && entries.Count % BatchSize == 0)
        {
            Op(PickleOpcode.Mark);
            Op(PickleOpcode.SetItems);
        }
    }

    /// <summary>Writes a new object of a class that is made without arguments, and stores it.</summary>
    public int New(string module, string name)
    {
        Global(module, name);
        Begin(PickleOpcode.EmptyTuple);
        Op(PickleOpcode.NewObj);
        return Memoize();
    }

    /// <summary>Begins the fields of an object.</summary>
    public void BeginFields()
    {
        Empty(PickleOpcode.EmptyDict);
        Op(PickleOpcode.Mark);
    }

    /// <summary>Gives the object the fields just written.</summary>
    public void EndFields()
    {
        Op(PickleOpcode.SetItems);
        Op(PickleOpcode.Build);
    }

    private void Empty(PickleOpcode opcode)
    {
        Begin(opcode);
        Memoize();
    }

    /// <summary>One item alone, or all in batches of a thousand.</summary>
    private void Batch<T>(IReadOnlyList<T> items, PickleOpcode one, PickleOpcode many, Action<T> write)
    {
        if (items.Count == 1)
        {
            write(items[0]);
            Op(one);
            return;
        }

        for (int begin = 0; begin < items.Count; begin += BatchSize)
        {
            Op(PickleOpcode.Mark);
            for (int i = begin; i < Math.Min(begin + BatchSize, items.Count); i++)
            {
                write(items[i]);
            }

            Op(many);
        }
    }
}
