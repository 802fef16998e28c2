using System.Text;

namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>Writes one graph of values as CPython's pickler does: the same operations, memo numbers and batches.</summary>
internal sealed class Pickler(int protocol, Func<PickleValue, PickleValue?>? replace)
{
    private const int BatchSize = 1000;

    // A few levels more than a graph may have, for what OlderForms wraps around a value.
    private const int MaxDepth = PickleValue.MaxDepth + 8;

    private readonly PickleOutput _output = new();
    private readonly Dictionary<PickleValue, int> _memo = new(ReferenceEqualityComparer.Instance);
    private readonly OlderForms _olderForms = new(protocol);
    private int _depth;

    public byte[] Run(PickleValue value)
    {
        _output.WriteByte(PickleOpcode.Proto, (byte)protocol);
        if (protocol >= 4)
        {
            _output.BeginFraming();
        }

        Save(value);
        _output.Write(PickleOpcode.Stop);
        _output.EndFraming();
        return _output.ToArray();
    }

    private void Save(PickleValue value)
    {
        _output.EndFullFrame();
        value = replace?.Invoke(value) ?? value;
        if (SaveAtom(value) || TryRecall(value))
        {
            return;
        }

        if (++_depth > MaxDepth)
        {
            throw new ArgumentException($"{value} nests deeper than {PickleValue.MaxDepth} levels.", nameof(value));
        }

        if (_olderForms.Find(value) is { } call)
        {
            SaveObject(call, value);
        }
        else
        {
            SaveWithMemo(value);
        }

        _depth--;
    }

    private bool SaveAtom(PickleValue value)
    {
        switch (value)
        {
            case PickleNone:
                _output.Write(PickleOpcode.None);
                return true;
            case PickleBool boolean:
                _output.Write(boolean.Value ? PickleOpcode.NewTrue : PickleOpcode.NewFalse);
                return true;
            case PickleInt number:
                _output.WriteInt(number.Value);
                return true;
            case PickleFloat number:
                _output.WriteDouble(number.Value);
                return true;
            case PickleTuple { Items.Count: 0 }:
                _output.Write(PickleOpcode.EmptyTuple);
                return true;
            default:
                return false;
        }
    }

    private void SaveWithMemo(PickleValue value)
    {
        switch (value)
        {
            case PickleText text:
                byte[] utf8 = SurrogateUtf8.Encode(text.Value);
                _output.WriteBlock(PickleOpcode.BinUnicode, protocol >= 4 ? PickleOpcode.ShortBinUnicode : null, utf8);
                Memoize(value);
                break;
            case PickleBytes { IsByteArray: true } bytes:
                _output.WriteBlock(PickleOpcode.ByteArray8, null, bytes.Value.Span);
                Memoize(value);
                break;
            case PickleBytes bytes:
                _output.WriteBlock(PickleOpcode.BinBytes, PickleOpcode.ShortBinBytes, bytes.Value.Span);
                Memoize(value);
                break;
            case PickleTuple tuple:
                SaveTuple(tuple);
                break;
            case PickleList list:
                _output.Write(PickleOpcode.EmptyList);
                Memoize(value);
                SaveItems(list.Items, PickleBatching.List);
                break;
            case PickleDict dict:
                _output.Write(PickleOpcode.EmptyDict);
                Memoize(value);
                SaveEntries(dict, PickleBatching.Dict);
                break;
            case PickleSet set:
                SaveSet(set);
                break;
            case PickleGlobal global:
                SaveGlobal(global);
                break;
            case PickleObject it:
                SaveObject(it, it);
                break;
            case PicklePersistentId reference:
                Save(reference.Id);
                _output.Write(PickleOpcode.BinPersId);
                break;
            default:
                throw new ArgumentException($"{value} cannot stand in a pickle by itself.", nameof(value));
        }
    }

    private void SaveTuple(PickleTuple tuple)
    {
        int count = tuple.Items.Count;
        bool isShort = count <= 3;
        if (!isShort)
        {
            _output.Write(PickleOpcode.Mark);
        }

        foreach (PickleValue item in tuple.Items)
        {
            Save(item);
        }

        // A tuple that contains itself is in the memo by now: what was just written is thrown away.
        if (_memo.ContainsKey(tuple))
        {
            for (int i = 0; i < (isShort ? count : 1); i++)
            {
                _output.Write(isShort ? PickleOpcode.Pop : PickleOpcode.PopMark);
            }

            TryRecall(tuple);
            return;
        }

        _output.Write(
            count switch
            {
                1 => PickleOpcode.Tuple1,
                2 => PickleOpcode.Tuple2,
                3 => PickleOpcode.Tuple3,
                _ => PickleOpcode.Tuple,
            }
        );
        Memoize(tuple);
    }

    private void SaveSet(PickleSet set)
    {
        if (!set.IsFrozen)
        {
            _output.Write(PickleOpcode.EmptySet);
            Memoize(set);
            SaveBatches(
                set.Items.Count,
                PickleBatching.Set,
                PickleOpcode.AddItems,
                PickleOpcode.AddItems,
                i => Save(set.Items[i])
            );
            return;
        }

        _output.Write(PickleOpcode.Mark);
        foreach (PickleValue item in set.Items)
        {
            Save(item);
        }

        if (_memo.ContainsKey(set))
        {
            _output.Write(PickleOpcode.PopMark);
            TryRecall(set);
            return;
        }

        _output.Write(PickleOpcode.FrozenSet);
        Memoize(set);
    }

    private void SaveGlobal(PickleGlobal global)
    {
        if (protocol >= 4)
        {
            Save(global.ModuleText);
            Save(global.NameText);
            _output.Write(PickleOpcode.StackGlobal);
        }
        else if (global.Name.AsSpan().ContainsAny('.', '\n') || global.Module.Contains('\n', StringComparison.Ordinal))
        {
            throw new ArgumentException($"The name {global} needs protocol 4.", nameof(global));
        }
        else
        {
            _output.Write(PickleOpcode.Global);
            _output.WriteRaw(Encoding.UTF8.GetBytes($"{global.Module}\n{global.Name}\n"));
        }

        Memoize(global);
    }

    /// <summary>Writes the description of an object, which the memo knows as <paramref name="identity"/>.</summary>
    private void SaveObject(PickleObject it, PickleValue identity)
    {
        Save(it.Callable);
        Save(it.Arguments);
        switch (it.Call)
        {
            case PickleCall.Reduce:
                _output.Write(PickleOpcode.Reduce);
                break;
            case PickleCall.NewObject:
                _output.Write(PickleOpcode.NewObj);
                break;
            default:
                if (protocol < 4)
                {
                    throw new ArgumentException(
                        $"{it} is made with named arguments, which needs protocol 4.",
                        nameof(it)
                    );
                }

                Save(it.Keywords!);
                _output.Write(PickleOpcode.NewObjEx);
                break;
        }

        if (_memo.ContainsKey(identity))
        {
            _output.Write(PickleOpcode.Pop);
            TryRecall(identity);
            return;
        }

        Memoize(identity);
        SaveItems(it.Items, PickleBatching.Iterator);
        SaveEntries(it.Entries, PickleBatching.Iterator);
        if (it.State is not null)
        {
            Save(it.State);
            _output.Write(PickleOpcode.Build);
        }
    }

    private void SaveItems(IReadOnlyList<PickleValue> items, PickleBatching batching) =>
        SaveBatches(items.Count, batching, PickleOpcode.Append, PickleOpcode.Appends, i => Save(items[i]));

    private void SaveEntries(PickleDict dict, PickleBatching batching) =>
        SaveBatches(
            dict.Entries.Count,
            batching,
            PickleOpcode.SetItem,
            PickleOpcode.SetItems,
            i =>
            {
                Save(dict.Entries[i].Key);
                Save(dict.Entries[i].Value);
            }
        );

    private void SaveBatches(
        int count,
        PickleBatching batching,
        PickleOpcode one,
        PickleOpcode many,
        Action<int> saveItem
    )
    {
        int start = 0;
        bool isMore = count > 0;
        while (isMore)
        {
            int end = Math.Min(count, start + BatchSize);
            bool isSingle = batching switch
            {
                PickleBatching.Set => false,
                PickleBatching.Iterator => end - start == 1,
                _ => count == 1,
            };
            if (!isSingle)
            {
                _output.Write(PickleOpcode.Mark);
            }

            for (int i = start; i < end; i++)
            {
                saveItem(i);
            }

            _output.Write(isSingle ? one : many);
            isMore = batching is PickleBatching.Dict or PickleBatching.Set ? end - start == BatchSize : end < count;
            start = end;
        }
    }

    private void Memoize(PickleValue value)
    {
        int number = _memo.Count;
        _memo.Add(value, number);
        if (protocol >= 4)
        {
            _output.Write(PickleOpcode.Memoize);
        }
        else
        {
            _output.WriteNumber(PickleOpcode.BinPut, PickleOpcode.LongBinPut, number);
        }
    }

    private bool TryRecall(PickleValue value)
    {
        bool isKnown = _memo.TryGetValue(value, out int number);
        if (isKnown)
        {
            _output.WriteNumber(PickleOpcode.BinGet, PickleOpcode.LongBinGet, number);
        }

        return isKnown;
    }
}
