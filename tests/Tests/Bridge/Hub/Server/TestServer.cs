using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MegatronBridge.Tests.Bridge.Hub.Server;

/// <summary>A small HTTP server on a port of this machine: enough for the Hub's clients, and able to misbehave.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Request, Reply> _answer;
    private readonly Task _accepting;

    public TestServer(Func<Request, Reply> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Everything that was asked, in order.</summary>
    public ConcurrentQueue<Request> Requests { get; } = [];

    /// <summary>Answers before the real answer is looked for, unless it returns null.</summary>
    public Func<Request, Reply?>? Fault { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        await Task.Yield();
        using TcpClient owned = client;
        client.NoDelay = true;
        try
        {
            await using BufferedStream stream = new(client.GetStream(), 64 << 10);
            while (await ReadAsync(stream) is { } request)
            {
                Requests.Enqueue(request);
                if (!await WriteAsync(stream, request, Answer(request)))
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The client has gone, or the test is over.
        }
    }

    private Reply Answer(Request request)
    {
        try
        {
            return Fault?.Invoke(request) ?? _answer(request);
        }
        catch (Exception e)
        {
            return Reply.Text(e.ToString(), "text/plain", 599);
        }
    }

    private async Task<bool> WriteAsync(Stream stream, Request request, Reply reply)
    {
        if (reply.IsSilent)
        {
            await Task.Delay(Timeout.Infinite, _stop.Token);
        }

        StringBuilder head = new($"HTTP/1.1 {reply.Status} Test\r\n");
        foreach ((string name, string value) in reply.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        bool tellsLength = !reply.IsEndless && !reply.Headers.ContainsKey("Content-Length");
        head.Append(tellsLength ? $"Content-Length: {reply.Body.Length}\r\n" : "");
        head.Append(reply.IsEndless ? "Connection: close\r\n\r\n" : "\r\n");
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head.ToString()), _stop.Token);
        if (request.Method != "HEAD")
        {
            do
            {
                await stream.WriteAsync(reply.Body.AsMemory(0, reply.CutAfter ?? reply.Body.Length), _stop.Token);
            } while (reply.IsEndless);
        }

        await stream.FlushAsync(_stop.Token);
        return reply.CutAfter is null;
    }

    private async Task<Request?> ReadAsync(Stream stream)
    {
        if (await ReadLineAsync(stream) is not { Length: > 0 } line)
        {
            return null;
        }

        string[] parts = line.Split(' ');
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        while (await ReadLineAsync(stream) is { Length: > 0 } header)
        {
            headers[header[..header.IndexOf(':')]] = header[(header.IndexOf(':') + 1)..].Trim();
        }

        return new(parts[0], parts[1], headers, await ReadBodyAsync(stream, headers));
    }

    private async Task<byte[]> ReadBodyAsync(Stream stream, Dictionary<string, string> headers)
    {
        if (headers.TryGetValue("content-length", out string? length))
        {
            byte[] body = new byte[int.Parse(length)];
            await stream.ReadExactlyAsync(body, _stop.Token);
            return body;
        }

        using MemoryStream all = new();
        if (headers.GetValueOrDefault("transfer-encoding") == "chunked")
        {
            int size;
            do
            {
                size = int.Parse((await ReadLineAsync(stream))!.Split(';')[0], NumberStyles.HexNumber);
                byte[] chunk = new byte[size];
                await stream.ReadExactlyAsync(chunk, _stop.Token);
                all.Write(chunk);
                await ReadLineAsync(stream);
            } while (size > 0);
        }

        return all.ToArray();
    }

    private async Task<string?> ReadLineAsync(Stream stream)
    {
        List<byte> line = [];
        byte[] one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) == 1)
        {
            if (one[0] == '\n')
            {
                return Encoding.Latin1.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(one[0]);
        }

        return null;
    }
}
