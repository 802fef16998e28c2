using System.Net;
using System.Text.Json;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Hub;

/// <summary>
/// Makes a commit of a folder: makes the repository where needed, asks which files the Hub wants how, sends the large ones
/// that it does not have, and commits what is new.
/// </summary>
internal sealed class FolderUpload(HubApi api, HubReference target, PushOptions options)
{
    private const int BatchFiles = 256;
    private const string Busy = "another conflicting operation";

    private readonly HubConnection _connection = api.Connection;

    private string Repository => $"api/models/{target.Repository}";

    private string Revision => Uri.EscapeDataString(target.Revision);

    /// <summary>Makes the commit, unless all is there already.</summary>
    /// <exception cref="HubException">The Hub refuses, or cannot be reached.</exception>
    /// <exception cref="BadFileException">The folder, or a file in it, cannot be read.</exception>
    public async Task<PushResult> RunAsync(
        string folder,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellation
    )
    {
        IReadOnlyList<PushedFile> files = PushedFile.In(folder);
        await MakeRepositoryAsync(cancellation);
        await RequireVisibilityAsync(cancellation);
        await MakeBranchAsync(cancellation);
        await CompareAsync(files, cancellation);
        PushedFile[] wanted = [.. files.Where(file => !file.IsIgnored)];
        PushedFile[] changed = [.. wanted.Where(file => file.Hash != file.RemoteHash)];
        PushedFile[] large = [.. changed.Where(file => file.IsLarge)];
        DownloadProgress sent = new(large.DistinctBy(file => file.Hash).Sum(file => file.Size), progress);
        long bytes = await new LargeFileUpload(api, target, sent.Add).RunAsync(large, cancellation);
        return new()
        {
            Commit =
                changed.Length > 0
                    ? await CommitAsync(changed, cancellation)
                    : await api.CommitAsync(target, cancellation),
            Page = _connection.Address($"{target.Repository}"),
            Changed = [.. changed.Select(file => file.Path)],
            Unchanged = [.. wanted.Except(changed).Select(file => file.Path)],
            Ignored = [.. files.Except(wanted).Select(file => file.Path)],
            UploadedBytes = bytes,
        };
    }

    /// <summary>Asks how the Hub takes each file and what it has under its path, and computes the hash of those that it takes.</summary>
    public async Task CompareAsync(IReadOnlyList<PushedFile> files, CancellationToken cancellation)
    {
        foreach (PushedFile[] batch in files.Chunk(BatchFiles))
        {
            await AskAsync(batch, cancellation);
        }

        await Parallel.ForEachAsync(
            files.Where(file => !file.IsIgnored),
            cancellation,
            async (file, stop) => await file.HashAsync(stop)
        );
    }

    /// <summary>Refuses a repository that everybody may read where a private one is asked for.</summary>
    public async Task RequireVisibilityAsync(CancellationToken cancellation)
    {
        if (options.IsPrivate != true)
        {
            return;
        }

        using HttpResponseMessage response = await _connection.SendAgainAsync(
            () => new(HttpMethod.Get, _connection.Address(Repository)),
            null,
            cancellation
        );
        using JsonDocument info = await api.ReadAsync(response, target, null, cancellation);
        bool isPrivate =
            info.RootElement.ValueKind == JsonValueKind.Object
            && info.RootElement.TryGetProperty("private", out JsonElement told)
            && told.ValueKind == JsonValueKind.True;
        if (!isPrivate)
        {
            throw new HubException(
                HubFault.Denied,
                $"{target.Repository} is there, and everybody may read it, but the push shall be private. Make it private on the Hub, or "
                    + "choose another name."
            );
        }
    }

    private async Task MakeRepositoryAsync(CancellationToken cancellation)
    {
        for (int tried = 1; ; tried++)
        {
            using HttpResponseMessage response = await _connection.SendAgainAsync(
                () => new(HttpMethod.Post, _connection.Address("api/repos/create")) { Content = NewRepository() },
                null,
                cancellation
            );
            if (response.IsSuccessStatusCode)
            {
                return;
            }

            HubException refusal = await api.RefusalAsync(response, target, "to make a repository", cancellation);
            bool isBusy = refusal.Message.Contains(Busy, StringComparison.Ordinal);
            if (response.StatusCode == HttpStatusCode.Conflict && !isBusy)
            {
                return; // it is there
            }

            bool mayBeThere = response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
            if (mayBeThere && await ExistsAsync(cancellation))
            {
                return; // one who may write a repository need not be one who may make it
            }

            if (!isBusy || tried == HubConnection.Tries)
            {
                throw refusal;
            }

            await Task.Delay(_connection.Delay(tried), cancellation);
        }
    }

    private HttpContent NewRepository() =>
        HubJson.Content(json =>
        {
            json.WriteString("name", target.Repository.Name);
            json.WriteString("organization", target.Repository.Organization);
            json.WriteString("type", "model");
            if (options.IsPrivate is { } isPrivate)
            {
                json.WriteString("visibility", isPrivate ? "private" : "public");
            }
        });

    private async Task<bool> ExistsAsync(CancellationToken cancellation)
    {
        using HttpResponseMessage response = await _connection.SendAgainAsync(
            () => new(HttpMethod.Get, _connection.Address(Repository)),
            null,
            cancellation
        );
        return response.IsSuccessStatusCode;
    }

    private async Task MakeBranchAsync(CancellationToken cancellation)
    {
        bool isThere =
            target.Revision == HubReference.MainRevision
            || target.Revision.StartsWith("refs/", StringComparison.Ordinal);
        if (isThere)
        {
            return;
        }

        using HttpResponseMessage response = await _connection.SendAgainAsync(
            () =>
                new(HttpMethod.Post, _connection.Address($"{Repository}/branch/{Revision}"))
                {
                    Content = HubJson.Content(_ => { }),
                },
            null,
            cancellation
        );
        if (!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.Conflict)
        {
            throw await api.RefusalAsync(response, target, $"to make the branch {target.Revision}", cancellation);
        }
    }

    /// <summary>Asks for each file whether the Hub takes it as a large one, ignores it, or has it.</summary>
    private async Task AskAsync(PushedFile[] files, CancellationToken cancellation)
    {
        byte[][] samples = new byte[files.Length][];
        for (int i = 0; i < files.Length; i++)
        {
            samples[i] = await files[i].SampleAsync(cancellation);
        }

        using JsonDocument answer = await api.PostAsync(
            $"{Repository}/preupload/{Revision}",
            () =>
                HubJson.Content(json =>
                {
                    json.WriteStartArray("files");
                    foreach ((PushedFile file, byte[] sample) in files.Zip(samples))
                    {
                        json.WriteStartObject();
                        json.WriteString("path", file.Path);
                        json.WriteBase64String("sample", sample);
                        json.WriteNumber("size", file.Size);
                        json.WriteEndObject();
                    }

                    json.WriteEndArray();
                }),
            target,
            "an upload",
            cancellation
        );
        Dictionary<string, JsonElement> told = (HubJson.Array(answer.RootElement, "files") ?? [])
            .DistinctBy(entry => RepositoryTree.Text(entry, "path"))
            .ToDictionary(entry => RepositoryTree.Text(entry, "path") ?? "", StringComparer.Ordinal);
        foreach (PushedFile file in files)
        {
            string? mode = told.TryGetValue(file.Path, out JsonElement entry)
                ? RepositoryTree.Text(entry, "uploadMode")
                : null;
            if (mode is not ("lfs" or "regular"))
            {
                throw HubApi.BadAnswer(_connection.Options.Endpoint, $"does not tell how it takes {file.Path}");
            }

            file.IsLarge = mode == "lfs" && file.Size > 0; // the storage takes no empty files
            file.IsIgnored =
                entry.TryGetProperty("shouldIgnore", out JsonElement ignore) && ignore.ValueKind == JsonValueKind.True;
            file.RemoteHash = RepositoryTree.Text(entry, "oid");
        }
    }

    /// <summary>Commits; not sent twice, because a commit whose answer was lost may have been made.</summary>
    private async Task<string> CommitAsync(PushedFile[] files, CancellationToken cancellation)
    {
        Uri address = _connection.Address($"{Repository}/commit/{Revision}");
        try
        {
            using HttpResponseMessage response = await _connection.SendAsync(
                () => new(HttpMethod.Post, address) { Content = new CommitContent(options, files) },
                null,
                cancellation
            );
            using JsonDocument answer = await api.ReadAsync(response, target, "the commit", cancellation);
            return RepositoryTree.Text(answer.RootElement, "commitOid")
                ?? throw HubApi.BadAnswer(address, "names no commit");
        }
        catch (HubException e) when (e.Fault == HubFault.Unreachable)
        {
            throw new HubException(
                e.Fault,
                $"{e.Message} Whether the commit was made is not known. Push again: what is there is not sent twice.",
                e
            );
        }
    }
}
