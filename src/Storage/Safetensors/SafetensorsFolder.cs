using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Safetensors;

/// <summary>The safetensors files of a model's folder as one set of tensors: a single file, or several with an index.</summary>
public sealed class SafetensorsFolder : ITensorSource, IDisposable
{
    private const int MostFaults = 50; // in a message

    private readonly OrderedDictionary<string, SafetensorsFile> _files = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, TensorView> _tensors = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, string> _fileNames = new(StringComparer.Ordinal);

    private SafetensorsFolder(string path, WeightNames weightNames)
    {
        Path = path;
        WeightNames = weightNames;
    }

    /// <summary>Where the folder is.</summary>
    public string Path { get; }

    /// <summary>How the files are called.</summary>
    public WeightNames WeightNames { get; }

    /// <summary>The index, or null for a folder without one.</summary>
    public SafetensorsIndex? Index { get; private set; }

    /// <summary>All tensors by name, in the order of the index, or else of the files.</summary>
    public IReadOnlyDictionary<string, TensorView> Tensors => _tensors;

    /// <summary>Name of the file that has a tensor, in the order of <see cref="Tensors"/>.</summary>
    public IReadOnlyDictionary<string, string> FileNames => _fileNames;

    /// <summary>The files by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsFile> Files => _files;

    /// <summary>Names of safetensors files in the folder that do not belong to the model, as transformers sees it.</summary>
    public IReadOnlyList<string> UnusedFiles { get; private set; } = [];

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <summary>Opens a model's folder and checks that index and files agree.</summary>
    /// <exception cref="BadFileException">There is no model, or it has faults; the message tells all of them.</exception>
    public static SafetensorsFolder Open(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new BadFileException(path, "the folder does not exist.");
        }

        SafetensorsFolder folder = new(path, WeightNames.Of(path));
        try
        {
            folder.Load();
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public TensorView? Find(string name) => _tensors.GetValueOrDefault(name);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SafetensorsFile file in _files.Values)
        {
            file.Dispose();
        }
    }

    private void Load()
    {
        string[] present =
        [
            .. Directory
                .EnumerateFiles(Path, "*.safetensors")
                .Select(file => System.IO.Path.GetFileName(file))
                .Order(StringComparer.Ordinal),
        ];
        string indexPath = System.IO.Path.Combine(Path, WeightNames.Index);
        if (File.Exists(indexPath))
        {
            ContainedPath.Combine(Path, WeightNames.Index);
            Index = SafetensorsIndex.Read(indexPath);
        }

        List<string> faults = [];
        string[] names = Index is null ? ChooseFiles(present) : ShardNames(Index, present);
        UnusedFiles = [.. present.Except(names, StringComparer.Ordinal)];
        OpenFiles(names, faults);
        int count = _files.Values.Sum(file => file.Tensors.Count);
        _tensors.EnsureCapacity(count);
        _fileNames.EnsureCapacity(count);
        if (Index is null)
        {
            AddFileByFile(faults);
        }
        else
        {
            AddByIndex(Index, faults);
        }

        ThrowIfAny(faults);
    }

    /// <summary>The files of a model without an index.</summary>
    private string[] ChooseFiles(string[] present)
    {
        if (present.Length == 0)
        {
            bool pickled = Directory.EnumerateFiles(Path, "pytorch_model*.bin").Any();
            throw new BadFileException(
                Path,
                "the folder has no *.safetensors file."
                    + (
                        pickled
                            ? " Its weights are in pytorch_model*.bin; have transformers save it as safetensors."
                            : ""
                    )
            );
        }

        string[] shards = [.. present.Where(name => WeightNames.CountIn(name) is not null)];
        if (present.Contains(WeightNames.SingleFile, StringComparer.Ordinal))
        {
            return shards.Length == 0
                ? [WeightNames.SingleFile]
                : throw new BadFileException(
                    Path,
                    $"the folder has {WeightNames.SingleFile} and also {shards[0]}, but no index that tells which "
                        + "of them is the model. Remove one or the other."
                );
        }

        if (shards.Length == 0)
        {
            return present;
        }

        int count = WeightNames.CountIn(shards[0])!.Value;
        string[] expected = [.. Enumerable.Range(1, count).Select(i => WeightNames.Shard(i, count))];
        return shards.SequenceEqual(expected, StringComparer.Ordinal)
            ? shards
            : throw new BadFileException(
                Path,
                $"the files {shards[0]} to {shards[^1]} are {shards.Length}, not the {count} that their names tell. "
                    + "Fetch the missing ones, or remove what does not belong."
            );
    }

    private string[] ShardNames(SafetensorsIndex index, string[] present)
    {
        string[] names = [.. index.WeightMap.Values.Distinct(StringComparer.Ordinal)];
        return
            present.Contains(WeightNames.SingleFile, StringComparer.Ordinal)
            && !names.Contains(WeightNames.SingleFile, StringComparer.Ordinal)
            ? throw new BadFileException(
                Path,
                $"the folder has {WeightNames.SingleFile} and also an index that does not name it. Remove one or "
                    + "the other."
            )
            : names;
    }

    /// <summary>Opens all files, several at a time: the headers of a large model are many megabytes of JSON.</summary>
    private void OpenFiles(string[] names, List<string> faults)
    {
        SafetensorsFile?[] files = new SafetensorsFile?[names.Length];
        string?[] fault = new string?[names.Length];
        try
        {
            Parallel.For(0, names.Length, i => files[i] = TryOpen(names[i], out fault[i]));
        }
        finally
        {
            foreach ((string name, SafetensorsFile? file) in names.Zip(files).Where(file => file.Second is not null))
            {
                _files.Add(name, file!);
            }
        }

        faults.AddRange(fault.OfType<string>());
    }

    private SafetensorsFile? TryOpen(string name, out string? fault)
    {
        fault = null;
        try
        {
            if (!name.EndsWith(".safetensors", StringComparison.Ordinal))
            {
                throw new BadFileException(Path, $"the index names '{name}', which does not end in .safetensors.");
            }

            return SafetensorsFile.Open(ContainedPath.Combine(Path, name));
        }
        catch (BadFileException e)
        {
            fault = e.Message;
            return null;
        }
    }

    private void AddFileByFile(List<string> faults)
    {
        foreach ((string name, SafetensorsFile file) in _files)
        {
            foreach ((string tensor, TensorView view) in file.Tensors)
            {
                if (_tensors.TryAdd(tensor, view))
                {
                    _fileNames.Add(tensor, name);
                }
                else
                {
                    faults.Add(
                        $"tensor '{tensor}' is in {_fileNames[tensor]} and in {name}, and no index tells which counts."
                    );
                }
            }
        }
    }

    private void AddByIndex(SafetensorsIndex index, List<string> faults)
    {
        foreach ((string tensor, string name) in index.WeightMap)
        {
            if (!_files.TryGetValue(name, out SafetensorsFile? file))
            {
                continue; // told already
            }

            if (file.Tensors.TryGetValue(tensor, out TensorView? view))
            {
                _tensors.Add(tensor, view);
                _fileNames.Add(tensor, name);
            }
            else
            {
                faults.Add($"tensor '{tensor}' should be in {name} by the index, but is not.");
            }
        }

        foreach ((string name, SafetensorsFile file) in _files)
        {
            foreach (
                string tensor in file.Tensors.Keys.Where(tensor => index.WeightMap.GetValueOrDefault(tensor) != name)
            )
            {
                faults.Add($"tensor '{tensor}' is in {name}, but the index does not say so.");
            }
        }

        long totalBytes = _tensors.Values.Sum(tensor => tensor.ByteCount);
        if (faults.Count == 0 && index.TotalSize is { } told && told != totalBytes)
        {
            faults.Add($"the tensors take {totalBytes} bytes, but 'total_size' of the index is {told}.");
        }
    }

    private void ThrowIfAny(List<string> faults)
    {
        if (faults.Count == 0)
        {
            return;
        }

        if (faults is [var only])
        {
            throw new BadFileException(Path, $"the model has a fault. Fetch it again, or correct the index: {only}");
        }

        string more = faults.Count > MostFaults ? $"\n- and {faults.Count - MostFaults} more" : "";
        throw new BadFileException(
            Path,
            $"the model has {faults.Count} faults. Fetch it again, or correct the index:\n- "
                + string.Join("\n- ", faults.Take(MostFaults))
                + more
        );
    }
}
