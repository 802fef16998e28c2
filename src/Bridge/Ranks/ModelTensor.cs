using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>A parameter as one rank has it: in memory, or without contents, for its shape alone.</summary>
public sealed class ModelTensor : IDisposable
{
    private const int Piece = 16 << 20;
    private TensorStorage? _storage;

    internal ModelTensor(RankParameter place, DType dtype, bool isMeta)
    {
        Place = place;
        DType = dtype;
        _storage = isMeta ? null : new(dtype, place.Shape);
    }

    /// <summary>Which part of which parameter it is.</summary>
    public RankParameter Place { get; }

    /// <summary>The name on the rank.</summary>
    public string Name => Place.Name;

    /// <summary>The shape on the rank.</summary>
    public Shape Shape => Place.Shape;

    /// <summary>Type of the elements.</summary>
    public DType DType { get; }

    /// <summary>Size of the contents in bytes.</summary>
    public long ByteCount => DType.ByteCount(Shape.ElementCount)!.Value;

    /// <summary>True when it has no contents.</summary>
    public bool IsMeta => _storage is null && Shard is null;

    /// <summary>The rows that this rank has of a tensor that data-parallel ranks share out; else null.</summary>
    public ParameterShard? Shard { get; private set; }

    /// <summary>The contents.</summary>
    /// <exception cref="InvalidOperationException">It has none, or other ranks have most of them.</exception>
    public TensorView View => Storage;

    internal TensorStorage Storage =>
        _storage
        ?? Shard?.Whole
        ?? throw new InvalidOperationException(
            Shard is null
                ? $"{Name} belongs to a model without contents."
                : $"{Name} is shared out over {Shard.Group.Size} data-parallel ranks; gather it before you read it."
        );

    /// <summary>Some of the row-major contents, to be read or changed; valid while the tensor is reachable.</summary>
    public Span<byte> Bytes(long offset, int length) => Storage.Bytes(offset, length);

    /// <summary>Takes over this rank's part of a whole parameter, cast to the tensor's type.</summary>
    /// <exception cref="MappingException">It has another shape.</exception>
    public void Load(TensorView whole)
    {
        TensorView part = Place.Cut(whole);
        if (part.Shape != Shape)
        {
            throw new MappingException(
                "A tensor does not fit the model",
                [$"{Name} should have the shape {Shape}, but has {part.Shape}."]
            );
        }

        TensorStorage target = Shard?.Rows ?? Storage;
        part = Shard is null ? part : part.Slice(0, Shard.FirstRow, Shard.Shape[0]);
        part = part.DType == DType ? part : part.CastTo(DType);
        foreach ((long offset, int length) in target.Pieces(Piece))
        {
            part.Read(offset, target.Bytes(offset, length));
        }
    }

    /// <summary>Frees the contents.</summary>
    public void Dispose()
    {
        _storage?.Dispose();
        Shard?.Dispose();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {DType.SafetensorsName()} {Shape}";

    /// <summary>Has the contents lie elsewhere from now on.</summary>
    internal void MoveTo(TensorStorage storage)
    {
        Elementwise.Copy(Storage, storage);
        _storage!.Dispose();
        _storage = storage;
    }

    /// <summary>Keeps this rank's rows only.</summary>
    internal ParameterShard ShareOut(ProcessGroup group)
    {
        Shard = new(Storage, group);
        _storage!.Dispose();
        _storage = null;
        return Shard;
    }

    /// <summary>
    /// A scope in which the whole contents are here, of a tensor that is shared out, too. The ranks that share it all call this.
    /// </summary>
    internal IDisposable? Gather() => Shard?.Gather();
}
