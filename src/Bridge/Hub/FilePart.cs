namespace MegatronBridge.Hub;

/// <summary>A range of a file as the body of an upload.</summary>
internal sealed class FilePart(string path, long from, long count) : UploadContent
{
    /// <inheritdoc/>
    public override long Length => count;

    /// <inheritdoc/>
    protected override async Task WriteAsync(
        Func<ReadOnlyMemory<byte>, ValueTask> write,
        CancellationToken cancellation
    )
    {
        await foreach (ReadOnlyMemory<byte> bytes in FilePieces.ReadAsync(path, from, count, cancellation))
        {
            await write(bytes);
        }
    }
}
