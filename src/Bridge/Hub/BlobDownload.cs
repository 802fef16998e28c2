using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using MegatronBridge.Storage;
using Microsoft.Win32.SafeHandles;

namespace MegatronBridge.Hub;

/// <summary>
/// Fetches the contents of one file into the cache: goes on where an earlier run was cut, checks size and hash while the
/// bytes pass, and gives them their name only when all are there.
/// </summary>
internal sealed class BlobDownload(HubApi api, HubCache cache, HubReference source, RepositoryFile file)
{
    private const int BufferBytes = 1 << 20;

    private readonly HubConnection _connection = api.Connection;
    private readonly Uri _address = api.Connection.Address(
        $"{source.Repository}/resolve/{source.Revision}/{string.Join('/', file.Path.Split('/').Select(Uri.EscapeDataString))}"
    );

    private string Partial => cache.BlobPath(file.Etag) + ".incomplete";

    /// <summary>Fetches the contents, and puts them into the snapshot.</summary>
    /// <param name="onBytes">Told how many bytes came, and with a negative number how many were thrown away.</param>
    /// <param name="cancellation">Stops; what has come so far is kept for the next time.</param>
    /// <exception cref="HubException">The Hub refuses, cannot be reached, or sends something else.</exception>
    /// <exception cref="BadFileException">The cache cannot be written.</exception>
    public async Task RunAsync(Action<long> onBytes, CancellationToken cancellation)
    {
        try
        {
            using IDisposable @lock = await cache.LockAsync(file.Etag, cancellation);
            bool isNew = !cache.HasBlob(file);
            if (isNew && !cache.Has(source.Revision, file))
            {
                await FetchAsync(onBytes, cancellation);
            }
            else
            {
                onBytes(file.Size); // another process was faster
            }

            if (!cache.Has(source.Revision, file))
            {
                cache.Link(source.Revision, file, isNew);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw cache.Refused(e);
        }
    }

    private async Task FetchAsync(Action<long> onBytes, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Partial)!);
        using (
            SafeFileHandle part = File.OpenHandle(
                Partial,
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None,
                FileOptions.Asynchronous
            )
        )
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
            try
            {
                await FillAsync(part, buffer, onBytes, cancellation);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }

            RandomAccess.FlushToDisk(part);
        }

        File.Move(Partial, cache.BlobPath(file.Etag), overwrite: true);
    }

    private async Task FillAsync(
        SafeFileHandle part,
        byte[] buffer,
        Action<long> onBytes,
        CancellationToken cancellation
    )
    {
        using ContentHash hash = ContentHash.Of(file);
        long have = await ReadEarlierAsync(part, buffer, hash, cancellation);
        onBytes(have);
        bool resumed = have > 0;
        int failures = 0;
        while (true)
        {
            long before = have;
            try
            {
                if (have < file.Size)
                {
                    have = await FetchRestAsync(part, buffer, hash, have, onBytes, cancellation);
                }
            }
            catch (CutException cut)
            {
                have = cut.Have;
                failures = have > before ? 1 : failures + 1;
                if (failures >= HubConnection.Tries)
                {
                    throw cut.Reason;
                }

                await Task.Delay(_connection.Delay(failures), cancellation);
                continue;
            }

            string found = hash.Finish();
            if (found == file.Etag)
            {
                return;
            }

            RandomAccess.SetLength(part, 0);
            if (!resumed)
            {
                throw new HubException(
                    HubFault.Corrupt,
                    $"{source.Repository}/{file.Path} arrived with the hash {found}, but the Hub lists {file.Etag}: the bytes were "
                        + "changed on their way. They were removed. Try again, or check the proxy between."
                );
            }

            onBytes(-have); // what an earlier run had left was no good; once from the start
            hash.Restart();
            (have, resumed, failures) = (0, false, 0);
        }
    }

    /// <summary>Takes over what a run that was cut has left; returns how many bytes that is.</summary>
    private async Task<long> ReadEarlierAsync(
        SafeFileHandle part,
        byte[] buffer,
        ContentHash hash,
        CancellationToken cancellation
    )
    {
        long length = RandomAccess.GetLength(part);
        if (length > file.Size)
        {
            RandomAccess.SetLength(part, 0);
            return 0;
        }

        for (long position = 0; position < length; )
        {
            int count = await RandomAccess.ReadAsync(part, buffer, position, cancellation);
            if (count == 0)
            {
                throw new IOException($"{Partial} became shorter while it was read.");
            }

            hash.Add(buffer.AsSpan(0, count));
            position += count;
        }

        return length;
    }

    /// <summary>One request for what is missing; returns how many bytes there are when the body ends.</summary>
    private async Task<long> FetchRestAsync(
        SafeFileHandle part,
        byte[] buffer,
        ContentHash hash,
        long have,
        Action<long> onBytes,
        CancellationToken cancellation
    )
    {
        using HttpResponseMessage response = await SendAsync(have, cancellation);
        if (have > 0 && response.StatusCode != HttpStatusCode.PartialContent)
        {
            onBytes(-have); // the server begins at the start again
            hash.Restart();
            RandomAccess.SetLength(part, 0);
            have = 0;
        }

        CheckLength(response, have);
        await using BodyReader body = new(_connection, response);
        while (true)
        {
            int count;
            try
            {
                count = await body.ReadAsync(buffer, cancellation);
            }
            catch (HubException e) when (e.Fault == HubFault.Unreachable)
            {
                throw new CutException(have, e);
            }

            if (have + count > file.Size)
            {
                throw WrongSize(response, "more bytes");
            }

            if (count == 0)
            {
                return have == file.Size ? have : throw new CutException(have, WrongSize(response, $"{have} bytes"));
            }

            await RandomAccess.WriteAsync(part, buffer.AsMemory(0, count), have, cancellation);
            hash.Add(buffer.AsSpan(0, count));
            have += count;
            onBytes(count);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(long have, CancellationToken cancellation)
    {
        HttpResponseMessage response = await _connection.SendAgainAsync(
            () =>
            {
                HttpRequestMessage request = new(HttpMethod.Get, _address);
                request.Headers.Range = have > 0 ? new RangeHeaderValue(have, null) : null;
                return request;
            },
            CheckNames,
            cancellation
        );
        try
        {
            return response.IsSuccessStatusCode ? response
                : have > 0 && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable
                    ? throw WrongSize(response, $"nothing from byte {have} on")
                : throw await api.RefusalAsync(response, source, file.Path, cancellation);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>Refuses an answer that is about other contents than the Hub has listed, before they are fetched.</summary>
    private void CheckNames(HttpResponseMessage response)
    {
        string? linked = Header(response, "X-Linked-Etag")?.TrimStart('W', '/').Trim('"');
        string? commit = Header(response, "X-Repo-Commit");
        string? size = Header(response, "X-Linked-Size");
        string? fault =
            linked is not null && linked != file.Etag
                ? $"has the hash {HubText.Of(linked)}, but its list says {file.Etag}"
            : commit is not null && commit != source.Revision
                ? $"is of the commit {HubText.Of(commit)}, but {source.Revision} was asked for"
            : size is not null && size != $"{file.Size}"
                ? $"has {HubText.Of(size)} bytes, but its list says {file.Size}"
            : null;
        if (fault is not null)
        {
            throw new HubException(
                HubFault.BadAnswer,
                $"{_address.Authority} says that {source.Repository}/{file.Path} {fault}. Try again; if it stays so, the server contradicts itself."
            );
        }
    }

    private void CheckLength(HttpResponseMessage response, long have)
    {
        HttpContentHeaders headers = response.Content.Headers;
        if (headers.ContentEncoding.Count > 0)
        {
            throw WrongSize(response, $"bytes packed with {HubText.Of(headers.ContentEncoding.First())}");
        }

        bool isRange = response.StatusCode == HttpStatusCode.PartialContent;
        if (isRange && headers.ContentRange is null)
        {
            throw WrongSize(response, "a part without telling which");
        }

        if (isRange && (headers.ContentRange!.From != have || (headers.ContentRange.Length ?? file.Size) != file.Size))
        {
            throw WrongSize(response, $"{headers.ContentRange}, not the bytes from {have} on");
        }

        if (headers.ContentLength is { } length && length != file.Size - have)
        {
            throw WrongSize(response, $"{have + length} bytes");
        }
    }

    private HubException WrongSize(HttpResponseMessage response, string found) =>
        new(
            HubFault.Corrupt,
            $"{response.RequestMessage!.RequestUri!.Authority} sends {found} for {source.Repository}/{file.Path}, which has {file.Size} bytes. "
                + "Try again, or check the proxy between."
        );

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.First() : null;

    /// <summary>The bytes stopped coming; worth another request.</summary>
    private sealed class CutException(long have, HubException reason) : Exception(reason.Message, reason)
    {
        public long Have { get; } = have;

        public HubException Reason { get; } = reason;
    }
}
