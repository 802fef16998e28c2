using System.Buffers;
using MegatronBridge.Conversion;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge;

/// <summary>Writes the files of a Hugging Face model whose tensors are gathered one by one, in the order of the files.</summary>
internal sealed class HfModelWriter(
    HfWeightStream stream,
    ProcessGroup world,
    SaveHfOptions options,
    HfArtifacts? artifacts
)
{
    private const int Piece = 1 << 20;

    private readonly HfOutput _output = stream.Output(options.MaxShardBytes);
    private long _done;

    private long Total => stream.Plan.Tensors.Values.Sum(view => view.ByteCount);

    /// <summary>Writes all files, all ranks together; rank 0 makes the folder appear.</summary>
    /// <exception cref="Storage.BadFileException">The path may not be written, or the disk is full.</exception>
    /// <exception cref="CollectiveException">Another rank failed.</exception>
    public void Write(string path, CancellationToken cancellation)
    {
        using StagedDirectory? staged = world.Rank == 0 ? Stage(path, cancellation) : null;
        string folder = SharedText.Broadcast(world, staged is null ? null : _output.FolderIn(staged));
        int[] writers = options.DistributedSave
            ? [.. Enumerable.Range(0, world.Size).Where(rank => rank % options.SaveEveryNRanks == 0)]
            : [0];
        for (int i = 0; i < _output.Files.Count; i++)
        {
            WriteFile(_output.Files[i], folder, writers[i % writers.Length], cancellation);
        }

        world.Barrier();
        if (staged is not null)
        {
            _output.Finish(staged, artifacts?.Files ?? [], artifacts?.Config);
            staged.Commit();
        }

        world.Barrier();
    }

    private StagedDirectory Stage(string path, CancellationToken cancellation)
    {
        if (stream.OriginalFolder is { } original)
        {
            OutputFolder.Check(path, original.Path, options.Overwrite, HfOutput.IsOurs);
        }
        else
        {
            OutputFolder.Check(path, options.Overwrite, HfOutput.IsOurs);
        }

        OutputFolder.RequireSpace(path, _output.Files, artifacts?.Files.Select(file => file.Source) ?? []);
        if (stream.Original is { } source)
        {
            EqualCopies
                .CheckAsync(source, stream.Plan.TakenOver, TransferOptions.Default, cancellation)
                .GetAwaiter()
                .GetResult();
        }

        return StagedDirectory.Create(path, options.Overwrite);
    }

    private void WriteFile(SafetensorsLayout layout, string folder, int writer, CancellationToken cancellation)
    {
        using OutputFile? file = world.Rank == writer ? new(Path.Combine(folder, layout.Name), layout.Length) : null;
        foreach ((string name, Placement placement) in layout.Names.Zip(layout.Placements))
        {
            cancellation.ThrowIfCancellationRequested();
            stream.Hold(name, writer);
            if (file is not null)
            {
                Copy(placement, file);
            }

            options.Progress?.Report(new(_done += placement.View.ByteCount, Total));
        }

        if (file is not null)
        {
            layout.Complete(file, []);
            file.Flush();
        }
    }

    private static void Copy(Placement placement, OutputFile file)
    {
        (TensorView view, long position) = placement;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Piece);
        for (long offset = 0; offset < view.ByteCount; offset += Piece)
        {
            Span<byte> piece = buffer.AsSpan(0, (int)Math.Min(Piece, view.ByteCount - offset));
            view.Read(offset, piece);
            file.Write(position + offset, piece);
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }
}
