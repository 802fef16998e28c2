using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Storage.Torch;

/// <summary>What a pickle says of a storage outside it.</summary>
/// <param name="Key">Its name.</param>
/// <param name="DType">Element type of its class; bytes when that has none.</param>
/// <param name="ElementCount">Number of elements.</param>
/// <param name="ByteCount">Size in bytes.</param>
internal readonly record struct StorageReference(string Key, DType DType, long ElementCount, long ByteCount)
{
    /// <summary>All storages that a pickle refers to, by key.</summary>
    public static Dictionary<string, StorageReference> Collect(string path, PickleGraph graph)
    {
        Dictionary<string, StorageReference> references = [];
        foreach (PicklePersistentId id in graph.References)
        {
            StorageReference reference = Parse(path, id);
            if (!references.TryAdd(reference.Key, reference) && references[reference.Key] != reference)
            {
                throw new BadFileException(path, $"the pickle refers to the storage '{reference.Key}' in two ways.");
            }
        }

        return references;
    }

    /// <summary>
    /// Reads <c>('storage', class, key, location, element count)</c>; where the memory was does not matter. Files of torch
    /// before 1.6 have a sixth part, None unless the storage is a piece of another one.
    /// </summary>
    public static StorageReference Parse(string path, PicklePersistentId reference)
    {
        if (
            reference.Id
                is PickleTuple
                {
                    Items: [PickleText { Value: "storage" }, PickleGlobal type, PickleText key, _, var count, ..] parts,
                }
            && (parts.Count == 5 || (parts.Count == 6 && parts[5] is PickleNone))
            && type.Module is ("torch" or "torch.storage" or "torch.cuda")
            && StorageClasses.Find(type.Name) is { } dtype
            && count.TryGetInt64(out long elements)
            && elements >= 0
            && dtype.ByteCount(elements) is { } bytes
        )
        {
            return new(key.Value, dtype, elements, bytes);
        }

        throw new BadFileException(path, $"the pickle refers to {reference.Id}, which is no storage that torch knows.");
    }
}
