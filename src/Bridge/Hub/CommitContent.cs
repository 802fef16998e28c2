using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace MegatronBridge.Hub;

/// <summary>
/// A commit as the Hub takes it: one JSON object a line, the message first, then each file: a large one by its hash, another
/// with its contents in base 64.
/// </summary>
internal sealed class CommitContent : UploadContent
{
    private static readonly byte[] End = "\"}}\n"u8.ToArray();
    private readonly List<(byte[] Line, PushedFile? Contents)> _lines = [];

    public CommitContent(PushOptions options, IEnumerable<PushedFile> files)
    {
        Headers.ContentType = new("application/x-ndjson");
        _lines.Add(
            (
                Line(
                    "header",
                    json =>
                    {
                        json.WriteString("summary", options.Message);
                        json.WriteString("description", options.Description);
                    }
                ),
                null
            )
        );
        foreach (PushedFile file in files)
        {
            _lines.Add(file.IsLarge ? (LargeFile(file), null) : (StartOfFile(file), file));
        }
    }

    /// <inheritdoc/>
    public override long Length =>
        _lines.Sum(line => line.Line.Length + (line.Contents is { } file ? (file.Size + 2) / 3 * 4 + End.Length : 0));

    /// <inheritdoc/>
    protected override async Task WriteAsync(
        Func<ReadOnlyMemory<byte>, ValueTask> write,
        CancellationToken cancellation
    )
    {
        byte[] text = ArrayPool<byte>.Shared.Rent(Base64.GetMaxEncodedToUtf8Length(FilePieces.Bytes));
        try
        {
            foreach ((byte[] line, PushedFile? file) in _lines)
            {
                await write(line);
                if (file is null)
                {
                    continue;
                }

                await foreach (
                    ReadOnlyMemory<byte> bytes in FilePieces.ReadAsync(file.Source, 0, file.Size, cancellation)
                )
                {
                    Base64.EncodeToUtf8(bytes.Span, text, out _, out int count);
                    await write(text.AsMemory(0, count));
                }

                await write(End);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
        }
    }

    private static byte[] LargeFile(PushedFile file) =>
        Line(
            "lfsFile",
            json =>
            {
                json.WriteString("path", file.Path);
                json.WriteString("algo", "sha256");
                json.WriteString("oid", file.Hash);
                json.WriteNumber("size", file.Size);
            }
        );

    /// <summary>The line up to where the contents begin.</summary>
    private static byte[] StartOfFile(PushedFile file)
    {
        byte[] line = Line(
            "file",
            json =>
            {
                json.WriteString("path", file.Path);
                json.WriteString("encoding", "base64");
                json.WriteString("content", "");
            }
        );
        return line[..^End.Length];
    }

    private static byte[] Line(string key, Action<Utf8JsonWriter> writeValue)
    {
        using MemoryStream line = new();
        using (Utf8JsonWriter json = new(line))
        {
            json.WriteStartObject();
            json.WriteString("key", key);
            json.WriteStartObject("value");
            writeValue(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        return line.ToArray();
    }
}
