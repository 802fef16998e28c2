using System.Collections.Concurrent;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Storage.TorchDist;

/// <summary>
/// A folder that <c>torch.distributed.checkpoint</c> or Megatron-Core has written, open for reading (docs/formats.md,
/// torch_dist). Tensors are read when their elements are asked for; reading is thread-safe.
/// </summary>
public sealed class TorchDistCheckpoint : IDisposable
{
    /// <summary>Key of the object with the common state.</summary>
    public const string CommonStateKey = "common_state/shard_0_1";

    private const string CommonStateFile = "common.pt";

    private readonly DataFiles _files;
    private readonly ConcurrentDictionary<string, TensorView> _tensors = new(StringComparer.Ordinal);

    private TorchDistCheckpoint(string folder, TorchDistIndex index, DataFiles files)
    {
        Folder = folder;
        Index = index;
        _files = files;
    }

    /// <summary>Where it is.</summary>
    public string Folder { get; }

    /// <summary>What it holds.</summary>
    public TorchDistIndex Index { get; }

    /// <summary>
    /// Opens the checkpoint in <paramref name="folder"/> and checks its index against the data files: chunks tile their
    /// tensors, every item lies inside a file of the folder.
    /// </summary>
    /// <exception cref="BadFileException">It is none, or breaks a rule; all faults are told together.</exception>
    public static TorchDistCheckpoint Open(string folder)
    {
        string path = Path.Combine(folder, ".metadata");
        FaultList faults = new(folder);
        TorchDistIndex index = ReadIndex(path, faults);
        DataFiles files = new(folder);
        try
        {
            files.Check(index, faults);
            faults.ThrowIfAny();
        }
        catch
        {
            files.Dispose();
            throw;
        }

        return new(folder, index, files);
    }

    /// <summary>The whole tensor called <paramref name="key"/>, whose slices read only the chunks that they touch.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public TensorView Tensor(string key) =>
        _tensors.GetOrAdd(
            key,
            _ => MakeView(Index.FindTensor(key) ?? throw new KeyNotFoundException($"{Folder} has no tensor {key}."))
        );

    /// <summary>The object called <paramref name="key"/> as it was saved: Megatron saves lists of one element.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    /// <exception cref="BadFileException">Its item is damaged.</exception>
    public TorchFile Object(string key)
    {
        ItemPlace place = Index.FindObject(key) ?? throw new KeyNotFoundException($"{Folder} has no object {key}.");
        try
        {
            return TorchFile.Open(_files.Get(place.File), place.Offset, place.Length);
        }
        catch (BadFileException e)
        {
            throw new BadFileException(e.Path, $"the object {key} at byte {place.Offset}: {e.Fault}", e);
        }
    }

    /// <summary>
    /// What is neither tensor nor sharded object: from <c>common.pt</c> if there is one, else from the object that took
    /// its place; null when there is neither.
    /// </summary>
    /// <exception cref="BadFileException">It is damaged, or no dict.</exception>
    public CommonState? CommonState()
    {
        TorchFile source;
        PickleValue root;
        if (File.Exists(Path.Combine(Folder, CommonStateFile)))
        {
            source = TorchFile.Open(_files.Get(CommonStateFile));
            root = source.Root;
        }
        else if (Index.FindObject(CommonStateKey) is not null)
        {
            source = Object(CommonStateKey);
            root = source.Root is PickleList { Items: [var only] } ? only : source.Root;
        }
        else
        {
            return null;
        }

        return root.TryGetDict(out PickleDict? values)
            ? new(values, source)
            : throw new BadFileException(Folder, $"the common state should be a dict, but is {root}.");
    }

    /// <summary>Looks at the archive of every item: all must hold what the index promises.</summary>
    /// <exception cref="BadFileException">Some do not; all faults are told together.</exception>
    public void Verify()
    {
        FaultList faults = new(Folder);
        foreach (StoredTensor tensor in Index.Tensors)
        {
            foreach (StoredChunk chunk in tensor.Chunks)
            {
                Verify(() => MakeItem(tensor, chunk).Open(), faults);
            }
        }

        foreach ((string key, _) in Index.Objects)
        {
            Verify(() => Object(key), faults);
        }

        faults.ThrowIfAny();
    }

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();

    private static TorchDistIndex ReadIndex(string path, FaultList faults)
    {
        using InputFile file = InputFile.Open(path);
        return MetadataReader.Read(path, PickleReader.Read(path, file, 0, file.Length).Root, faults);
    }

    private static void Verify(Action open, FaultList faults)
    {
        try
        {
            open();
        }
        catch (BadFileException e)
        {
            faults.Add($"{Path.GetFileName(e.Path)}: {e.Fault.TrimEnd('.')}");
        }
    }

    private TensorView MakeView(StoredTensor tensor)
    {
        StoredChunk[] chunks = [.. tensor.Chunks.Where(chunk => chunk.Box.Sizes.ElementCount > 0)];
        return chunks is [StoredChunk only]
            ? MakeItem(tensor, only)
            : new ChunkedView(
                tensor.DType,
                tensor.Shape,
                [.. chunks.Select(chunk => (chunk.Box, (TensorView)MakeItem(tensor, chunk)))]
            );
    }

    private ItemView MakeItem(StoredTensor tensor, StoredChunk chunk) => new(tensor.DType, chunk, tensor.Key, _files);
}
