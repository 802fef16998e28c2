using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;
using MegatronBridge.Storage.Torch.Zip;

namespace MegatronBridge.Storage.Torch;

/// <summary>
/// An archive byte for byte as <c>torch.save</c> writes it, laid out before any tensor is read. Positions count from its
/// start, so that it may stand anywhere in a larger file.
/// </summary>
public sealed class TorchLayout
{
    private static readonly byte[] FormatVersion = "1"u8.ToArray();
    private static readonly byte[] StorageAlignment = "64"u8.ToArray();
    private static readonly byte[] ByteOrder = "little"u8.ToArray();
    private static readonly byte[] Version = "3\n"u8.ToArray();

    private readonly ZipLayout _zip = new();
    private readonly List<(string Name, byte[]? Content)> _records = []; // without the prefix; null for a tensor
    private readonly Placement[] _placements;

    /// <summary>Lays out <paramref name="root"/>, in which tensors are <see cref="TensorValue"/>s.</summary>
    /// <param name="prefix">Folder in the archive: the stem of the file's name, or <see cref="ItemPrefix"/>.</param>
    /// <param name="root">What to save.</param>
    /// <param name="source">The file from which parts of it were taken, if any; their tensors are copied.</param>
    /// <exception cref="ArgumentException">It cannot be pickled, or a tensor has elements that torch does not have.</exception>
    public TorchLayout(string prefix, PickleValue root, TorchFile? source = null)
    {
        if (prefix.Length == 0 || prefix.Contains('/', StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{prefix}' is no name of one folder.", nameof(prefix));
        }

        TensorPickler tensors = new(source);
        byte[] pickle = PickleWriter.Write(root, PickleWriter.TorchProtocol, tensors.Replace);

        Add(prefix, "data.pkl", pickle);
        Add(prefix, ".format_version", FormatVersion);
        Add(prefix, ".storage_alignment", StorageAlignment);
        Add(prefix, "byteorder", ByteOrder);
        _placements = new Placement[tensors.Storages.Count];
        for (int i = 0; i < _placements.Length; i++)
        {
            TensorView view = tensors.Storages[i];
            ZipEntry entry = Add(prefix, $"data/{TensorPickler.KeyOf(i)}", view.ByteCount, null);
            _placements[i] = new(view, entry.Data);
        }

        Add(prefix, "version", Version);

        // Its contents depend on the CRCs of all others.
        Add(prefix, SerializationId.RecordName, SerializationId.Length, []);
    }

    /// <summary>The prefix of what is not saved under a name of its own, such as the items of a checkpoint.</summary>
    public static string ItemPrefix => "archive";

    /// <summary>Size of the archive in bytes.</summary>
    public long Length => _zip.Length;

    /// <summary>The tensors, and where they go from the start of the archive.</summary>
    public IReadOnlyList<Placement> Placements => _placements;

    /// <summary>Writes everything but the tensors into the file in which the archive begins at <paramref name="start"/>.</summary>
    /// <param name="file">The file.</param>
    /// <param name="start">First byte of the archive.</param>
    /// <param name="crcs">CRC-32 of each of <see cref="Placements"/>, in order.</param>
    public void Complete(OutputFile file, long start, ReadOnlySpan<uint> crcs)
    {
        foreach ((long position, byte[] bytes) in Frame(crcs))
        {
            file.Write(start + position, bytes);
        }
    }

    /// <summary>What stands between and around the tensors, in the order of the file, neighbours joined.</summary>
    internal IReadOnlyList<(long Position, byte[] Bytes)> Frame(ReadOnlySpan<uint> crcs)
    {
        if (crcs.Length != _placements.Length)
        {
            throw new ArgumentException(
                $"{crcs.Length} CRCs were given for {_placements.Length} tensors.",
                nameof(crcs)
            );
        }

        List<(string Name, long Length, uint Crc)> written = [];
        List<(uint Crc, byte[]? Content)> records = [];
        int tensor = 0;
        foreach ((string name, byte[]? content) in _records)
        {
            byte[]? bytes = name == SerializationId.RecordName ? SerializationId.Compute(written) : content;
            uint crc = bytes is null ? crcs[tensor++] : Crc32.Append(0, bytes);
            written.Add((name, _zip.Entries[records.Count].Length, crc));
            records.Add((crc, bytes));
        }

        return _zip.Frame(records);
    }

    private ZipEntry Add(string prefix, string name, byte[] content) => Add(prefix, name, content.Length, content);

    private ZipEntry Add(string prefix, string name, long length, byte[]? content)
    {
        _records.Add((name, content));
        return _zip.Add($"{prefix}/{name}", length);
    }
}
