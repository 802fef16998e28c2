using System.Text.Json;

namespace MegatronBridge.Hub;

/// <summary>Sends large files by the protocol of git LFS, with the Hub's addition of parts: those that the Hub does not have.</summary>
internal sealed class LargeFileUpload(HubApi api, HubReference target, Action<long> onBytes)
{
    private const int BatchFiles = 256;
    private const string LfsType = "application/vnd.git-lfs+json";
    private readonly HubConnection _connection = api.Connection;

    /// <summary>Sends what is missing; returns how many bytes that were.</summary>
    public async Task<long> RunAsync(IReadOnlyList<PushedFile> files, CancellationToken cancellation)
    {
        long sent = 0;
        foreach (PushedFile[] batch in files.DistinctBy(file => file.Hash).Chunk(BatchFiles))
        {
            using JsonDocument answer = await api.PostAsync(
                $"{target.Repository}.git/info/lfs/objects/batch",
                () => Ask(batch),
                target,
                "the upload",
                cancellation
            );
            Dictionary<string, JsonElement> actions = Actions(answer.RootElement, batch);
            await Parallel.ForEachAsync(
                batch,
                new ParallelOptions
                {
                    MaxDegreeOfParallelism = _connection.Options.ParallelFiles,
                    CancellationToken = cancellation,
                },
                async (file, stop) =>
                {
                    if (actions.TryGetValue(file.Hash, out JsonElement action))
                    {
                        await UploadAsync(file, action, stop);
                        Interlocked.Add(ref sent, file.Size);
                    }
                    else
                    {
                        onBytes(file.Size); // the Hub has it, perhaps from another repository
                    }
                }
            );
        }

        return sent;
    }

    private HttpContent Ask(PushedFile[] files) =>
        HubJson.Content(
            json =>
            {
                json.WriteString("operation", "upload");
                json.WriteStartArray("transfers");
                json.WriteStringValue("basic");
                json.WriteStringValue("multipart");
                json.WriteEndArray();
                json.WriteString("hash_algo", "sha256");
                json.WriteStartObject("ref");
                json.WriteString("name", target.Revision);
                json.WriteEndObject();
                json.WriteStartArray("objects");
                foreach (PushedFile file in files)
                {
                    json.WriteStartObject();
                    json.WriteString("oid", file.Hash);
                    json.WriteNumber("size", file.Size);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            },
            LfsType
        );

    /// <summary>What to do for each file, by its hash; files without are on the Hub.</summary>
    private Dictionary<string, JsonElement> Actions(JsonElement answer, PushedFile[] files)
    {
        Dictionary<string, JsonElement> actions = new(StringComparer.Ordinal);
        HashSet<string> told = new(StringComparer.Ordinal);
        foreach (JsonElement entry in HubJson.Array(answer, "objects") ?? throw Bad("lists no objects"))
        {
            string? oid = RepositoryTree.Text(entry, "oid");
            PushedFile file =
                files.FirstOrDefault(file => file.Hash == oid) ?? throw Bad("names a file that was not offered");
            told.Add(file.Hash);
            if (HubJson.Object(entry, "error") is { } error)
            {
                throw Bad($"does not take {file.Path}: {HubText.Of(RepositoryTree.Text(error, "message") ?? "")}");
            }

            if (HubJson.Object(entry, "actions") is { } action)
            {
                actions[file.Hash] = action;
            }
        }

        return told.Count == files.Length
            ? actions
            : throw Bad($"answers for {told.Count} of {files.Length} files only");
    }

    private async Task UploadAsync(PushedFile file, JsonElement actions, CancellationToken cancellation)
    {
        JsonElement upload = HubJson.Object(actions, "upload") ?? throw Bad($"does not tell how to send {file.Path}");
        JsonElement? header = HubJson.Object(upload, "header");
        if (header is { } parts && parts.TryGetProperty("chunk_size", out JsonElement size))
        {
            await UploadPartsAsync(file, Address(upload, file), parts, size, cancellation);
        }
        else
        {
            await PutAsync(file, Address(upload, file), 0, file.Size, cancellation);
        }

        if (HubJson.Object(actions, "verify") is { } verify)
        {
            await PostAsync(
                Address(verify, file),
                () =>
                    HubJson.Content(json =>
                    {
                        json.WriteString("oid", file.Hash);
                        json.WriteNumber("size", file.Size);
                    }),
                $"the check of {file.Path}",
                cancellation
            );
        }
    }

    private async Task UploadPartsAsync(
        PushedFile file,
        Uri complete,
        JsonElement header,
        JsonElement size,
        CancellationToken cancellation
    )
    {
        long partBytes =
            long.TryParse(size.ToString(), out long bytes) && bytes > 0
                ? bytes
                : throw Bad($"names no size of the parts of {file.Path}");
        (int Number, string? Href)[] parts =
        [
            .. header
                .EnumerateObject()
                .Where(part => part.Name.Length is > 0 and < 7 && part.Name.All(char.IsAsciiDigit))
                .Select(part => (int.Parse(part.Name), part.Value.GetString()))
                .OrderBy(part => part.Item1),
        ];
        if (parts.Length != (file.Size - 1) / partBytes + 1)
        {
            throw Bad($"names {parts.Length} parts of {partBytes} bytes for {file.Path}, which has {file.Size}");
        }

        string[] tags = new string[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            long from = i * partBytes;
            long count = Math.Min(partBytes, file.Size - from);
            tags[i] =
                await PutAsync(file, Address(parts[i].Href, file), from, count, cancellation)
                ?? throw Bad($"gives no ETag for part {i + 1} of {file.Path}");
        }

        await PostAsync(
            complete,
            () =>
                HubJson.Content(
                    json =>
                    {
                        json.WriteString("oid", file.Hash);
                        json.WriteStartArray("parts");
                        for (int i = 0; i < tags.Length; i++)
                        {
                            json.WriteStartObject();
                            json.WriteNumber("partNumber", i + 1);
                            json.WriteString("etag", tags[i]);
                            json.WriteEndObject();
                        }

                        json.WriteEndArray();
                    },
                    LfsType
                ),
            $"the end of {file.Path}",
            cancellation
        );
    }

    /// <summary>Sends a range of a file; returns the ETag of the answer.</summary>
    private async Task<string?> PutAsync(
        PushedFile file,
        Uri address,
        long from,
        long count,
        CancellationToken cancellation
    )
    {
        long sent = 0;
        using HttpResponseMessage response = await _connection.SendAgainAsync(
            () =>
            {
                onBytes(-sent);
                sent = 0;
                FilePart part = new(file.Source, from, count);
                part.Sent += bytes =>
                {
                    sent += bytes;
                    onBytes(bytes);
                };
                return new(HttpMethod.Put, address) { Content = part };
            },
            null,
            cancellation
        );
        return response.IsSuccessStatusCode
            ? response.Headers.TryGetValues("ETag", out IEnumerable<string>? tags)
                ? tags.First()
                : null
            : throw await api.RefusalAsync(response, target, $"the upload of {file.Path}", cancellation);
    }

    private async Task PostAsync(Uri address, Func<HttpContent> body, string what, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await _connection.SendAgainAsync(
            () => new(HttpMethod.Post, address) { Content = body() },
            null,
            cancellation
        );
        if (!response.IsSuccessStatusCode)
        {
            throw await api.RefusalAsync(response, target, what, cancellation);
        }
    }

    private Uri Address(JsonElement action, PushedFile file) => Address(RepositoryTree.Text(action, "href"), file);

    private Uri Address(string? href, PushedFile file) =>
        Uri.TryCreate(href, UriKind.Absolute, out Uri? address)
        && (address.Scheme == "https" || address.Scheme == _connection.Options.Endpoint.Scheme)
        && address.Scheme is "https" or "http"
            ? _connection.Localize(address)
            : throw Bad($"gives no secure address to send {file.Path} to");

    private HubException Bad(string fault) => HubApi.BadAnswer(_connection.Options.Endpoint, fault);
}
