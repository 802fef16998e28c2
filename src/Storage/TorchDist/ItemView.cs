using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch;

namespace MegatronBridge.Storage.TorchDist;

/// <summary>The tensor in an item, whose archive is looked at only when elements are wanted.</summary>
internal sealed class ItemView(DType dtype, StoredChunk chunk, string key, DataFiles files)
    : TensorView(dtype, chunk.Box.Sizes)
{
    private TensorView? _tensor;

    /// <summary>Looks at the archive: its tensor must be what the index promises.</summary>
    /// <exception cref="BadFileException">It is not, or the archive is damaged.</exception>
    public TensorView Open()
    {
        // Two threads may both open it, which does no harm.
        if (Volatile.Read(ref _tensor) is { } opened)
        {
            return opened;
        }

        InputFile file = files.Get(chunk.Place.File);
        try
        {
            TorchFile item = TorchFile.Open(file, chunk.Place.Offset, chunk.Place.Length);
            TensorView tensor =
                item.FindTensor(item.Root)
                ?? throw new BadFileException(file.Path, $"it holds {item.Root}, no tensor.");
            if (tensor.DType != DType || tensor.Shape != Shape)
            {
                throw new BadFileException(file.Path, $"it holds {tensor}, but the index promises {this}.");
            }

            Volatile.Write(ref _tensor, tensor);
            return tensor;
        }
        catch (BadFileException e)
        {
            string place =
                $"the chunk {chunk.Box} of {key}, bytes {chunk.Place.Offset} to {chunk.Place.Offset + chunk.Place.Length}";
            throw new BadFileException(file.Path, $"{place}: {e.Fault}", e);
        }
    }

    /// <inheritdoc/>
    protected internal override bool Locate(long offset, long length, FileRuns runs) =>
        Open().Locate(offset, length, runs);

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination) => Open().Read(offset, destination);
}
