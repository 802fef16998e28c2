using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>A parameter as one rank has it: in memory, or without contents, for its shape alone.</summary>
public sealed class ModelTensor : IDisposable
{
    private const int Piece = 16 << 20;
    private readonly TensorStorage? _storage;

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

    /// <summary>True when it has no contents.</summary>
    public bool IsMeta => _storage is null;

    /// <summary>The contents.</summary>
    /// <exception cref="InvalidOperationException">It has none.</exception>
    public TensorView View => Storage;

    private TensorStorage Storage =>
        _storage ?? throw new InvalidOperationException($"{Name} belongs to a model without contents.");

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

        part = part.DType == DType ? part : part.CastTo(DType);
        for (long offset = 0; offset < part.ByteCount; offset += Piece)
        {
            int length = (int)Math.Min(Piece, part.ByteCount - offset);
            part.Read(offset, Storage.Bytes(offset, length));
        }
    }

    /// <summary>Frees the contents.</summary>
    public void Dispose() => _storage?.Dispose();

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {DType.SafetensorsName()} {Shape}";
}
