namespace MegatronBridge.Hub;

/// <summary>
/// Keeps others from fetching the same contents: the lock that <c>huggingface_hub</c> takes too (<c>flock</c> on a file that
/// stays). It only saves work: contents appear in the cache by a rename, whole, whoever wins.
/// </summary>
internal static class CacheLock
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until nobody else holds it; dispose to let go.</summary>
    public static async Task<IDisposable> TakeAsync(string path, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        while (true)
        {
            try
            {
                FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
                if (File.Exists(path))
                {
                    return file;
                }

                await file.DisposeAsync(); // removed between opening and locking
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(Poll, cancellation);
            }
        }
    }
}
