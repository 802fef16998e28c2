using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Tests.Storage.TorchDist;

/// <summary>Builds <c>.metadata</c> files as other versions, or attackers, write them.</summary>
internal sealed class FakeMetadata
{
    private readonly List<(PickleValue, PickleValue)> _entries = [];
    private readonly List<(PickleValue, PickleValue)> _storage = [];

    /// <summary>Name and module of the root's class.</summary>
    public PickleGlobal RootClass { get; init; } = new("torch.distributed.checkpoint.metadata", "Metadata");

    /// <summary>Module of <c>TensorProperties</c>, which has moved.</summary>
    public string PropertiesModule { get; init; } = "torch.distributed.checkpoint.metadata";

    /// <summary>Writes sizes as plain tuples, as torch accepts them too.</summary>
    public bool HasPlainSizes { get; init; }

    /// <summary>Leaves out the <c>index</c> field.</summary>
    public bool HasNoIndex { get; init; }

    /// <summary>Further fields of the root.</summary>
    public List<(PickleValue, PickleValue)> RootFields { get; } = [];

    /// <summary>Further fields of each storage.</summary>
    public List<(PickleValue, PickleValue)> StorageFields { get; } = [];

    public void AddTensor(string key, PickleValue dtype, long[] shape, params (long[] Offsets, long[] Sizes)[] chunks)
    {
        PickleTuple state = new(
            dtype,
            Call("torch.serialization", "_get_layout", "torch.strided"),
            false,
            Call(PropertiesModule, "_MEM_FORMAT_ENCODING", 0),
            false
        );
        PickleValue properties = New(PropertiesModule, "TensorProperties", state);
        PickleValue[] boxes =
        [
            .. chunks.Select(chunk =>
                New("ChunkStorageMetadata", ("offsets", Size(chunk.Offsets)), ("sizes", Size(chunk.Sizes)))
            ),
        ];
        _entries.Add(
            (
                key,
                New(
                    "TensorStorageMetadata",
                    ("properties", properties),
                    ("size", Size(shape)),
                    ("chunks", new PickleList(boxes))
                )
            )
        );
    }

    public void AddTensor(string key, DType dtype, long[] shape, params (long[] Offsets, long[] Sizes)[] chunks) =>
        AddTensor(key, new PickleGlobal("torch", dtype.TorchName()), shape, chunks);

    public void AddObject(string key) =>
        _entries.Add(
            (
                key,
                new PickleObject(
                    PickleCall.NewObject,
                    new PickleGlobal("torch.distributed.checkpoint.metadata", "BytesStorageMetadata"),
                    PickleTuple.Empty
                )
            )
        );

    public void AddStorage(string key, long[]? offset, PickleValue file, PickleValue begin, PickleValue length)
    {
        List<(PickleValue, PickleValue)> index = [("fqn", key)];
        if (!HasNoIndex)
        {
            index.Add(("index", PickleValue.None));
        }

        if (offset is not null)
        {
            index.Add(("offset", Size(offset)));
        }

        _storage.Add(
            (
                New("MetadataIndex", [.. index]),
                New(
                    "torch.distributed.checkpoint.filesystem",
                    "_StorageInfo",
                    new PickleDict([("relative_path", file), ("offset", begin), ("length", length), .. StorageFields])
                )
            )
        );
    }

    public byte[] Write(int protocol = 4)
    {
        PickleDict fields = new([
            ("state_dict_metadata", new PickleDict([.. _entries])),
            ("planner_data", PickleValue.None),
            ("storage_data", new PickleDict([.. _storage])),
            .. RootFields,
        ]);
        PickleObject root = new(PickleCall.NewObject, RootClass, PickleTuple.Empty, state: fields);
        return PickleWriter.Write(root, protocol);
    }

    private PickleValue Size(long[] sizes)
    {
        PickleTuple tuple = new([.. sizes.Select(size => (PickleValue)size)]);
        return HasPlainSizes ? tuple : Call("torch", "Size", tuple);
    }

    private static PickleObject New(string name, params ReadOnlySpan<(PickleValue, PickleValue)> fields) =>
        New("torch.distributed.checkpoint.metadata", name, new PickleDict(fields));

    private static PickleObject New(string module, string name, PickleValue state) =>
        new(PickleCall.NewObject, new PickleGlobal(module, name), PickleTuple.Empty, state: state);

    private static PickleObject Call(string module, string name, PickleValue argument) =>
        new(PickleCall.Reduce, new PickleGlobal(module, name), new PickleTuple(argument));
}
