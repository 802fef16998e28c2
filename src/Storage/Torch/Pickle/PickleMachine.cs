namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>The stack machine that a pickle is a program for, restricted to building data.</summary>
internal ref struct PickleMachine(PickleInput input)
{
    private const int NewestProtocol = 5;

    private readonly PickleStack _stack = new();
    private readonly PickleMemo _memo = new();
    private PickleInput _input = input;
    private readonly List<PicklePersistentId> _references = [];
    private long _frameEnd;
    private int _valueCount;

    public PickleGraph Run()
    {
        PickleOpcode opcode = _input.NextOpcode();
        while (opcode != PickleOpcode.Stop)
        {
            Execute(opcode);
            opcode = _input.NextOpcode();
        }

        PickleValue result = Pop();
        if (_stack.Count != 0 || _stack.MarkCount != 0)
        {
            _input.Fail($"{_stack.Count} values and {_stack.MarkCount} marks are left over");
        }

        return new(result, _references, _input.Position);
    }

    private void Execute(PickleOpcode opcode)
    {
        if (PickleAtoms.Read(ref _input, opcode) is { } atom)
        {
            Push(atom);
            return;
        }

        switch (opcode)
        {
            case PickleOpcode.Proto:
                if (_input.Byte() is > NewestProtocol and byte protocol)
                {
                    _input.Fail($"protocol {protocol} is unknown, the newest one is {NewestProtocol}");
                }

                break;
            case PickleOpcode.Frame:
                EnterFrame();
                break;

            // Containers
            case PickleOpcode.EmptyTuple:
                Push(PickleTuple.Empty);
                break;
            case PickleOpcode.Tuple1:
                PushTuple(1);
                break;
            case PickleOpcode.Tuple2:
                PushTuple(2);
                break;
            case PickleOpcode.Tuple3:
                PushTuple(3);
                break;
            case PickleOpcode.Tuple:
                Push(PickleTuple.Own(PopToMark()));
                break;
            case PickleOpcode.EmptyList:
                Push(new PickleList());
                break;
            case PickleOpcode.List:
                Push(new PickleList(PopToMark()));
                break;
            case PickleOpcode.Append:
                AddItems([Pop()]);
                break;
            case PickleOpcode.Appends:
                AddItems(PopToMark());
                break;
            case PickleOpcode.EmptyDict:
                Push(new PickleDict());
                break;
            case PickleOpcode.Dict:
                PickleValue[] entries = PopToMark();
                Push(new PickleDict());
                SetItems(entries);
                break;
            case PickleOpcode.SetItem:
                PickleValue value = Pop();
                SetItems([Pop(), value]);
                break;
            case PickleOpcode.SetItems:
                SetItems(PopToMark());
                break;
            case PickleOpcode.EmptySet:
                Push(new PickleSet(isFrozen: false));
                break;
            case PickleOpcode.AddItems:
                AddToSet(PopToMark());
                break;
            case PickleOpcode.FrozenSet:
                Push(new PickleSet(isFrozen: true, PopToMark()));
                break;

            // Names and objects
            case PickleOpcode.Global:
                Push(new PickleGlobal(_input.Text(_input.Line()), _input.Text(_input.Line())));
                break;
            case PickleOpcode.StackGlobal:
                PickleText name = Pop<PickleText>();
                Push(new PickleGlobal(Pop<PickleText>(), name));
                break;
            case PickleOpcode.Reduce:
                Construct(PickleCall.Reduce);
                break;
            case PickleOpcode.NewObj:
                Construct(PickleCall.NewObject);
                break;
            case PickleOpcode.NewObjEx:
                Construct(PickleCall.NewObjectWithKeywords);
                break;
            case PickleOpcode.Inst:
                PickleGlobal named = new(_input.Text(_input.Line()), _input.Text(_input.Line()));
                Push(new PickleObject(PickleCall.Reduce, named, new PickleTuple(PopToMark())));
                break;
            case PickleOpcode.Obj:
                PickleValue[] parts = PopToMark();
                if (parts.Length == 0)
                {
                    _input.Fail("no class follows the mark");
                }

                Push(new PickleObject(PickleCall.Reduce, parts[0], new PickleTuple(parts.AsSpan(1))));
                break;
            case PickleOpcode.Build:
                PickleValue state = Pop();
                if (!Target<PickleObject>().TrySetState(state))
                {
                    _input.Fail("the object has a state already");
                }

                CheckDepth(Target<PickleObject>());
                break;
            case PickleOpcode.PersId:
                PushReference(_input.Text(_input.Line()));
                break;
            case PickleOpcode.BinPersId:
                PushReference(Pop());
                break;

            // Stack and memo
            case PickleOpcode.Mark:
                _stack.PushMark();
                break;
            case PickleOpcode.Pop:
                PopOrUnmark();
                break;
            case PickleOpcode.PopMark:
                PopToMark();
                break;
            case PickleOpcode.Dup:
                Push(Target<PickleValue>());
                break;
            case PickleOpcode.Memoize:
                _memo.Put(_memo.Count, Target<PickleValue>());
                break;
            case PickleOpcode.BinPut:
                _memo.Put(_input.Byte(), Target<PickleValue>());
                break;
            case PickleOpcode.LongBinPut:
                _memo.Put(_input.UInt32(), Target<PickleValue>());
                break;
            case PickleOpcode.Put:
                _memo.Put(LineNumber(), Target<PickleValue>());
                break;
            case PickleOpcode.BinGet:
                Recall(_input.Byte());
                break;
            case PickleOpcode.LongBinGet:
                Recall(_input.UInt32());
                break;
            case PickleOpcode.Get:
                Recall(LineNumber());
                break;

            case PickleOpcode.Ext1:
            case PickleOpcode.Ext2:
            case PickleOpcode.Ext4:
                _input.Fail("it refers to the registry of the program that wrote it, which is not in the file");
                break;
            case PickleOpcode.NextBuffer:
            case PickleOpcode.ReadOnlyBuffer:
                _input.Fail("it refers to a buffer outside the file");
                break;
            default:
                _input.Fail("there is no such operation");
                break;
        }
    }

    private void EnterFrame()
    {
        if (_input.Position <= _frameEnd)
        {
            _input.Fail($"the frame before ends only at byte {_frameEnd}");
        }

        long length = _input.Length64();
        _input.RequireLeft(length);
        _frameEnd = _input.Position + length;
    }

    private void Push(PickleValue value)
    {
        if (++_valueCount > PickleReader.MaxValueCount)
        {
            _input.Fail($"a pickle may not have more than {PickleReader.MaxValueCount} values");
        }

        CheckDepth(value);
        _stack.Push(value);
    }

    private readonly void CheckDepth(PickleValue value)
    {
        if (value.Depth > PickleValue.MaxDepth)
        {
            _input.Fail($"values may not nest deeper than {PickleValue.MaxDepth} levels");
        }
    }

    private readonly PickleValue Pop() => Pop<PickleValue>();

    private readonly T Pop<T>()
        where T : PickleValue
    {
        T value = Target<T>();
        _stack.Pop();
        return value;
    }

    private readonly void PopOrUnmark()
    {
        if (_stack.Count == 0 && _stack.MarkCount > 0)
        {
            _stack.PopToMark();
        }
        else
        {
            Pop();
        }
    }

    private readonly PickleValue[] PopToMark()
    {
        PickleValue[]? values = _stack.PopToMark();
        if (values is null)
        {
            _input.Fail("there is no mark on the stack");
        }

        return values;
    }

    /// <summary>The top of the stack, which stays there.</summary>
    private readonly T Target<T>()
        where T : PickleValue
    {
        if (_stack.Peek() is T value)
        {
            return value;
        }

        _input.Fail(_stack.Peek() is { } top ? $"it does not apply to {top}" : "the stack is empty");
        return null;
    }

    private void PushReference(PickleValue id)
    {
        PicklePersistentId reference = new(id);
        _references.Add(reference);
        Push(reference);
    }

    private void Construct(PickleCall call)
    {
        PickleValue? keywords = call == PickleCall.NewObjectWithKeywords ? Pop() : null;
        PickleTuple arguments = Pop<PickleTuple>();
        Push(new PickleObject(call, Pop(), arguments, keywords));
    }

    private void PushTuple(int count)
    {
        PickleValue[] items = new PickleValue[count];
        for (int i = count - 1; i >= 0; i--)
        {
            items[i] = Pop();
        }

        Push(PickleTuple.Own(items));
    }

    private readonly void AddItems(PickleValue[] items)
    {
        PickleValue target = Target<PickleValue>();
        foreach (PickleValue item in items)
        {
            switch (target)
            {
                case PickleList list:
                    list.Add(item);
                    break;
                case PickleObject it:
                    it.Add(item);
                    break;
                default:
                    _input.Fail($"it does not apply to {target}");
                    break;
            }
        }

        CheckDepth(target);
    }

    private readonly void AddToSet(PickleValue[] items)
    {
        PickleSet set = Target<PickleSet>();
        foreach (PickleValue item in items)
        {
            set.Add(item);
        }

        CheckDepth(set);
    }

    private readonly void SetItems(PickleValue[] items)
    {
        if (items.Length % 2 != 0)
        {
            _input.Fail("a key has no value");
        }

        PickleValue target = Target<PickleValue>();
        (target as PickleDict)?.Reserve(items.Length / 2);
        for (int i = 0; i < items.Length; i += 2)
        {
            bool added = target switch
            {
                PickleDict dict => dict.TryAdd(items[i], items[i + 1]),
                PickleObject it => it.TryAdd(items[i], items[i + 1]),
                _ => false,
            };
            if (!added)
            {
                _input.Fail(
                    target is PickleDict or PickleObject
                        ? $"the key {items[i]} comes twice"
                        : $"it does not apply to {target}"
                );
            }
        }

        CheckDepth(target);
    }

    private void Recall(long number)
    {
        if (!_memo.TryGet(number, out PickleValue? value))
        {
            _input.Fail($"nothing was stored under number {number}");
        }

        Push(value);
    }

    private long LineNumber()
    {
        if (!uint.TryParse(_input.Line(), out uint number))
        {
            _input.Fail("no number follows");
        }

        return number;
    }
}
