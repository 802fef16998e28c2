using System.Buffers.Binary;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Storage.Torch;

/// <summary>
/// Reads what <c>torch.save</c> wrote before 1.6, and still writes when told to: five pickles, then the storages one
/// behind the other. All numbers are little-endian, also when a big-endian machine wrote them.
/// </summary>
internal static class OldTorchFormat
{
    private const long Protocol = 1001;

    // The pickle of the number 0x1950a86a20f9469cfc6c, with which every such file begins.
    private static readonly byte[] Magic =
    [
        0x80,
        0x02,
        0x8a,
        0x0a,
        0x6c,
        0xfc,
        0x9c,
        0x46,
        0xf9,
        0x20,
        0x6a,
        0xa8,
        0x50,
        0x19,
        0x2e,
    ];

    /// <summary>True when the range begins as such a file does.</summary>
    public static bool IsIn(InputFile file, long start, long length) =>
        start >= 0
        && length >= Magic.Length
        && start <= file.Length - Magic.Length
        && file.Read(start, Magic.Length).AsSpan().SequenceEqual(Magic);

    /// <summary>Reads such a file.</summary>
    public static TorchFile Read(InputFile file, long start, long length)
    {
        long end = start + Math.Min(length, file.Length - start);
        long position = start + Magic.Length;

        PickleGraph Next()
        {
            PickleGraph next = PickleReader.ReadFirst(file.Path, file, position, end - position);
            position += next.Length;
            return next;
        }

        if (!Next().Root.TryGetInt64(out long protocol) || protocol != Protocol)
        {
            throw new BadFileException(file.Path, $"the file has protocol {protocol}; only {Protocol} is known.");
        }

        Next(); // the machine that wrote it
        PickleGraph graph = Next();
        PickleValue keys = Next().Root;
        Dictionary<string, StorageReference> references = StorageReference.Collect(file.Path, graph);
        Dictionary<string, TorchStorage> storages = [];
        if (!keys.TryGetItems(out IReadOnlyList<PickleValue>? names))
        {
            throw new BadFileException(file.Path, $"the list of storages is {keys}, which is no list.");
        }

        foreach (PickleValue name in names)
        {
            if (!name.TryGetText(out string? key) || !references.Remove(key, out StorageReference reference))
            {
                throw new BadFileException(
                    file.Path,
                    $"the list of storages names {name}, to which nothing refers, or for the second time."
                );
            }

            storages.Add(key, Locate(file, reference, ref position, end));
        }

        return references.Count == 0
            ? new TorchFile(file, graph.Root, "", storages)
            : throw new BadFileException(
                file.Path,
                $"the storages {string.Join(", ", references.Keys.Take(10))} are not in the list of those that the file has."
            );
    }

    private static TorchStorage Locate(InputFile file, StorageReference reference, ref long position, long end)
    {
        long count =
            end - position >= sizeof(long)
                ? BinaryPrimitives.ReadInt64LittleEndian(file.Read(position, sizeof(long)))
                : -1;
        long data = position + sizeof(long);
        if (count != reference.ElementCount || reference.ByteCount > end - data)
        {
            throw new BadFileException(
                file.Path,
                $"the storage '{reference.Key}' should have {reference.ElementCount} elements, {reference.ByteCount} bytes, "
                    + $"at byte {data}, but {count} elements are there, and the file ends at {end}. It is incomplete."
            );
        }

        position = data + reference.ByteCount;
        return new(reference.Key, reference.DType, file, data, reference.ByteCount, IsBigEndian: false);
    }
}
