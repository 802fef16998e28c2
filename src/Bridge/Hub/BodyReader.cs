namespace MegatronBridge.Hub;

/// <summary>Reads the body of an answer, and gives up when no bytes come for too long.</summary>
internal sealed class BodyReader(HubConnection connection, HttpResponseMessage response) : IAsyncDisposable
{
    private readonly Uri _address = response.RequestMessage!.RequestUri!;
    private Stream? _stream;

    /// <summary>Reads some bytes; 0 at the end.</summary>
    /// <exception cref="HubException">The connection breaks, or stands still.</exception>
    public async Task<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        TimeSpan limit = connection.Options.DownloadTimeout;
        using CancellationTokenSource timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(limit);
        try
        {
            _stream ??= await response.Content.ReadAsStreamAsync(timer.Token);
            return await _stream.ReadAsync(buffer, timer.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw connection.Unreachable(_address, $"no more bytes came in {limit.TotalSeconds:0.#} s.", e);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw connection.Unreachable(_address, $"the connection broke: {e.Message}", e);
        }
    }

    /// <summary>The whole body, which may have so many bytes at most.</summary>
    /// <exception cref="HubException">It has more.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAllAsync(int mostBytes, CancellationToken cancellation)
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[64 << 10];
        while (await ReadAsync(buffer, cancellation) is > 0 and int count)
        {
            if (all.Length + count > mostBytes)
            {
                throw new HubException(
                    HubFault.BadAnswer,
                    $"{_address.Host} answers {HubText.Of(_address.AbsolutePath)} with more than {mostBytes} bytes."
                );
            }

            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }

    public ValueTask DisposeAsync() => _stream?.DisposeAsync() ?? ValueTask.CompletedTask;
}
