using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Storage.TorchDist;

/// <summary>Writes the small values that recur in a <c>.metadata</c> pickle.</summary>
internal sealed class MetadataPickle : FramedPickle
{
    /// <summary>The module of most classes.</summary>
    public const string Module = "torch.distributed.checkpoint.metadata";

    private int? _sizeClass;
    private int? _layout;
    private int? _memoryFormat;

    /// <summary>Writes a <c>torch.Size</c>; returns its number in the memo.</summary>
    public int Size(Shape size)
    {
        if (_sizeClass is { } known)
        {
            Get(known);
        }
        else
        {
            // Its module is another text object than that of the dtypes.
            Text("torch");
            Text("Size");
            Op(PickleOpcode.StackGlobal);
            _sizeClass = Memoize();
        }

        Tuple(size.AsSpan());
        EndTuple(1);
        return EndCall();
    }

    /// <summary>Writes the properties of a contiguous tensor in memory; returns their number in the memo.</summary>
    public int Properties(DType dtype)
    {
        int properties = New(Module, "TensorProperties");
        Begin(PickleOpcode.Mark);
        Global("torch", dtype.TorchName());
        Layout();
        Begin(PickleOpcode.NewFalse); // requires_grad
        MemoryFormat();
        Begin(PickleOpcode.NewFalse); // pin_memory
        EndTuple(5);
        Op(PickleOpcode.Build);
        return properties;
    }

    /// <summary>Writes the name of a stored item: its key, the number of its chunk if that is told, its offset.</summary>
    public void Index(SaveItem item, int? hint, Action<string> writeKey)
    {
        New(Module, "MetadataIndex");
        BeginFields();
        Name("fqn");
        writeKey(item.Key);
        Name("index");
        if (hint is { } number)
        {
            Int(number);
        }
        else
        {
            None();
        }

        if (item is TensorChunk chunk)
        {
            Name("offset");
            Size(chunk.Box.Offsets);
        }

        EndFields();
    }

    private void Layout()
    {
        if (_layout is { } known)
        {
            Get(known);
            return;
        }

        Global("torch.serialization", "_get_layout");
        Text("torch.strided");
        EndTuple(1);
        _layout = EndCall();
    }

    private void MemoryFormat()
    {
        if (_memoryFormat is { } known)
        {
            Get(known);
            return;
        }

        Global(Module, "_MEM_FORMAT_ENCODING");
        Tuple([0]);
        _memoryFormat = EndCall();
    }
}
