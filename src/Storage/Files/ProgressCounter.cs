namespace MegatronBridge.Storage.Files;

/// <summary>Adds up what the workers have done and reports each sum, in order.</summary>
internal sealed class ProgressCounter(long totalBytes, IProgress<TransferProgress>? progress)
{
    private readonly Lock _gate = new();
    private long _doneBytes;

    public void Add(long bytes)
    {
        lock (_gate)
        {
            _doneBytes += bytes;
            progress?.Report(new(_doneBytes, totalBytes));
        }
    }
}
