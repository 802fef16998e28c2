namespace MegatronBridge.Storage.TorchDist;

/// <summary>Divides what a rank saves among its files, as Megatron-Core does for its writer threads.</summary>
internal static class FileBuckets
{
    /// <summary>
    /// The items of each file, in the order in which they stand in it: objects before tensors. Objects are dealt out in
    /// turn; tensors, the largest first, go to the file with the fewest bytes. Some files may stay empty.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<SaveItem>> Divide(IReadOnlyList<SaveItem> items, int fileCount)
    {
        IEnumerable<SaveItem> objects = items.Where(item => item is ObjectItem);
        IEnumerable<TensorChunk> tensors = items.OfType<TensorChunk>();
        if (fileCount == 1)
        {
            return
            [
                [.. objects, .. tensors],
            ];
        }

        List<SaveItem>[] files = new List<SaveItem>[fileCount];
        PriorityQueue<int, (long Bytes, int File)> lightest = new();
        for (int i = 0; i < fileCount; i++)
        {
            files[i] = [];
            lightest.Enqueue(i, (0, i));
        }

        foreach ((int number, SaveItem item) in objects.Index())
        {
            files[number % fileCount].Add(item);
        }

        foreach (TensorChunk chunk in tensors.OrderByDescending(chunk => chunk.View.ByteCount))
        {
            lightest.TryDequeue(out int file, out (long Bytes, int File) load);
            files[file].Add(chunk);
            lightest.Enqueue(file, (load.Bytes + chunk.View.ByteCount, file));
        }

        return files;
    }
}
