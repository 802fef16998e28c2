using System.Net;

namespace MegatronBridge.Hub;

/// <summary>The body of an upload, which tells when bytes went, so that a long one is not taken for one that hangs.</summary>
internal abstract class UploadContent : HttpContent
{
    /// <summary>Called with the number of bytes after some were handed to the network.</summary>
    public Action<int>? Sent { get; set; }

    /// <summary>Exact number of bytes.</summary>
    public abstract long Length { get; }

    /// <summary>Hands all bytes to <paramref name="write"/>, piece by piece.</summary>
    protected abstract Task WriteAsync(Func<ReadOnlyMemory<byte>, ValueTask> write, CancellationToken cancellation);

    /// <inheritdoc/>
    protected sealed override bool TryComputeLength(out long length)
    {
        length = Length;
        return true;
    }

    /// <inheritdoc/>
    protected sealed override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected sealed override Task SerializeToStreamAsync(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken
    ) =>
        WriteAsync(
            async bytes =>
            {
                await stream.WriteAsync(bytes, cancellationToken);
                Sent?.Invoke(bytes.Length);
            },
            cancellationToken
        );
}
