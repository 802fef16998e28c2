using System.Text.Json;
using System.Text.RegularExpressions;

namespace MegatronBridge.Hub;

/// <summary>The questions to the Hub that are answered in JSON.</summary>
internal sealed partial class HubApi(HubConnection connection)
{
    private const int MostBytes = 32 << 20; // of one answer
    private const int MostPages = 1000;

    public HubConnection Connection => connection;

    private bool HasToken => connection.Options.Token is not null;

    /// <summary>The commit that a revision is now. Asked once: the cache is there for those without a network.</summary>
    public async Task<string> CommitAsync(HubReference reference, CancellationToken cancellation)
    {
        Uri address = connection.Address(
            $"api/models/{reference.Repository}/revision/{Uri.EscapeDataString(reference.Revision)}"
        );
        using HttpResponseMessage response = await connection.SendAsync(
            () => new(HttpMethod.Get, address),
            null,
            cancellation
        );
        using JsonDocument info = await ReadAsync(response, reference, null, cancellation);
        string? commit = RepositoryTree.Text(info.RootElement, "sha");
        return commit is not null && HubReference.IsCommit(commit)
            ? commit
            : throw BadAnswer(address, $"names no commit for {reference}");
    }

    /// <summary>All files of a repository at a commit.</summary>
    public async Task<RepositoryTree> TreeAsync(RepositoryId repository, string commit, CancellationToken cancellation)
    {
        HubReference reference = new(repository, commit);
        RepositoryTree tree = new();
        Uri? address = connection.Address($"api/models/{repository}/tree/{commit}?recursive=true&expand=false");
        for (int page = 0; address is not null; page++)
        {
            Uri asked = address;
            using HttpResponseMessage response = await connection.SendAgainAsync(
                () => new(HttpMethod.Get, asked),
                null,
                cancellation
            );
            using JsonDocument entries = await ReadAsync(response, reference, null, cancellation);
            try
            {
                tree.AddPage(entries.RootElement);
            }
            catch (Exception e) when (e is FormatException or InvalidOperationException)
            {
                throw BadAnswer(asked, $"lists the files of {repository} wrongly: {e.Message}");
            }

            address = NextPage(asked, response);
            if (page == MostPages)
            {
                throw BadAnswer(asked, $"lists the files of {repository} on more than {MostPages} pages");
            }
        }

        return tree;
    }

    /// <summary>Asks with a JSON body, which may be sent again.</summary>
    public async Task<JsonDocument> PostAsync(
        string path,
        Func<HttpContent> body,
        HubReference reference,
        string what,
        CancellationToken cancellation
    )
    {
        Uri address = connection.Address(path);
        using HttpResponseMessage response = await connection.SendAgainAsync(
            () => new(HttpMethod.Post, address) { Content = body() },
            null,
            cancellation
        );
        return await ReadAsync(response, reference, what, cancellation);
    }

    /// <summary>The JSON of an answer.</summary>
    /// <exception cref="HubException">The answer is a refusal, or no JSON.</exception>
    public async Task<JsonDocument> ReadAsync(
        HttpResponseMessage response,
        HubReference reference,
        string? what,
        CancellationToken cancellation
    )
    {
        Uri address = response.RequestMessage!.RequestUri!;
        if (!response.IsSuccessStatusCode)
        {
            throw await RefusalAsync(response, reference, what, cancellation);
        }

        string? type = response.Content.Headers.ContentType?.MediaType;
        if (type is not null && !type.EndsWith("json", StringComparison.OrdinalIgnoreCase))
        {
            throw BadAnswer(
                address,
                $"answers with {HubText.Of(type)} instead of JSON, as a proxy or a login page does"
            );
        }

        await using BodyReader body = new(connection, response);
        ReadOnlyMemory<byte> bytes = await body.ReadAllAsync(MostBytes, cancellation);
        try
        {
            return JsonDocument.Parse(bytes);
        }
        catch (JsonException e)
        {
            throw BadAnswer(address, $"does not answer in JSON: {e.Message}");
        }
    }

    /// <summary>The exception for an answer that is no success.</summary>
    public async Task<HubException> RefusalAsync(
        HttpResponseMessage response,
        HubReference reference,
        string? what,
        CancellationToken cancellation
    ) => HubRefusal.Of(response, reference, what, HasToken, await ErrorTextAsync(response, cancellation));

    public static HubException BadAnswer(Uri address, string fault) =>
        new(HubFault.BadAnswer, $"{address.Authority} {fault}. Check HF_ENDPOINT and the way to it.");

    /// <summary>What the body of a refusal says under the name error, if it is such.</summary>
    private async Task<string?> ErrorTextAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            await using BodyReader body = new(connection, response);
            using JsonDocument json = JsonDocument.Parse(await body.ReadAllAsync(64 << 10, cancellation));
            return RepositoryTree.Text(json.RootElement, "error");
        }
        catch (Exception e) when (e is JsonException or HubException or InvalidOperationException)
        {
            return null; // the status says enough
        }
    }

    private Uri? NextPage(Uri asked, HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out IEnumerable<string>? links))
        {
            return null;
        }

        Match next = NextLink().Match(string.Join(',', links));
        if (!next.Success)
        {
            return null;
        }

        return
            Uri.TryCreate(asked, next.Groups["address"].Value, out Uri? address)
            && connection.Localize(address) is var local
            && connection.IsHub(local)
            ? local
            : throw BadAnswer(asked, "continues the list of files on another host");
    }

    [GeneratedRegex(
        """<(?<address>[^<>]*)>\s*;\s*rel="?next"?""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex NextLink();
}
