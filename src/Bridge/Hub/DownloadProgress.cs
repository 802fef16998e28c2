using MegatronBridge.Storage.Files;

namespace MegatronBridge.Hub;

/// <summary>Adds up what the files have, in order.</summary>
internal sealed class DownloadProgress(long totalBytes, IProgress<TransferProgress>? progress)
{
    private readonly Lock _gate = new();
    private long _doneBytes;

    /// <summary>So many bytes more; negative when some were thrown away.</summary>
    public void Add(long bytes)
    {
        lock (_gate)
        {
            _doneBytes += bytes;
            progress?.Report(new(_doneBytes, totalBytes));
        }
    }
}
