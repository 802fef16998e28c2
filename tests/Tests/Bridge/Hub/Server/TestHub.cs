using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MegatronBridge.Tests.Bridge.Hub.Server;

/// <summary>
/// A Hub on this machine: speaks its protocol with a server for questions and another, on its own port, for large files, as
/// the real one does. Both keep what was asked, and can be told to misbehave.
/// </summary>
internal sealed partial class TestHub : IAsyncDisposable
{
    public const string Token = "hf_testtoken";

    private readonly Lock _gate = new();
    private readonly TestHubUploads _uploads;

    public TestHub()
    {
        Storage = new(request => Locked(() => AnswerStorage(request)));
        Hub = new(request => Locked(() => Answer(request)));
        _uploads = new(this);
    }

    /// <summary>Answers questions.</summary>
    public TestServer Hub { get; }

    /// <summary>Keeps large files.</summary>
    public TestServer Storage { get; }

    public Dictionary<string, TestRepository> Repositories { get; } = [];

    /// <summary>Large files by their hash.</summary>
    public Dictionary<string, byte[]> Objects { get; } = [];

    /// <summary>Files on one page of a list.</summary>
    public int PageSize { get; set; } = 1000;

    /// <summary>Size from which on uploads go in parts of that size.</summary>
    public int PartSize { get; set; } = int.MaxValue;

    /// <summary>Makes a repository with the files of a folder.</summary>
    public TestRepository Add(string id, string? folder = null)
    {
        TestRepository repository = new();
        Repositories[id] = repository;
        if (folder is not null)
        {
            repository.Commit(folder);
        }

        return repository;
    }

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        await Storage.DisposeAsync();
    }

    /// <summary>Refuses those without the token.</summary>
    internal static Reply? Unauthorized(Request request) =>
        request.Authorization == $"Bearer {Token}" ? null
        : request.Authorization is not null ? Reply.Error(401, "", "Invalid credentials in Authorization header")
        : Reply.Error(401, "", "Invalid username or password.");

    private Reply Locked(Func<Reply> answer)
    {
        lock (_gate)
        {
            return answer();
        }
    }

    private Reply Answer(Request request)
    {
        if (request.Method == "POST")
        {
            return _uploads.Answer(request);
        }

        Match match = ReadPath().Match(request.Path);
        if (!match.Success)
        {
            return Reply.Error(404, "", "Sorry, we can't find the page you are looking for.");
        }

        string id = match.Groups["id"].Value;
        if (!Repositories.TryGetValue(id, out TestRepository? repository))
        {
            return Reply.Error(401, "RepoNotFound", "Repository not found");
        }

        if (repository.IsPrivate && Unauthorized(request) is not null)
        {
            return Reply.Error(401, "RepoNotFound", "Repository not found");
        }

        string revision = match.Groups["revision"] is { Success: true, Value: var named } ? named : "main";
        return repository.CommitOf(revision) is not { } commit
                ? Reply.Error(404, "RevisionNotFound", $"Invalid rev id: {revision}")
            : match.Groups["what"].Value == "tree" ? Tree(request, repository, commit)
            : match.Groups["file"] is { Success: true, Value: var file } ? Resolve(request, repository, commit, file)
            : Info(id, repository, commit);
    }

    private static Reply Info(string id, TestRepository repository, string commit) =>
        Reply.Of(
            new JsonObject
            {
                ["_id"] = "0",
                ["id"] = id,
                ["modelId"] = id,
                ["sha"] = commit,
                ["private"] = repository.IsPrivate,
                ["gated"] = repository.IsGated ? "auto" : false,
                ["tags"] = new JsonArray(),
                ["siblings"] = new JsonArray([
                    .. repository.Commits[commit].Keys.Select(path => new JsonObject { ["rfilename"] = path }),
                ]),
            }
        );

    private Reply Tree(Request request, TestRepository repository, string commit)
    {
        int from = CursorOf().Match(request.Query) is { Success: true } cursor ? int.Parse(cursor.Groups[1].Value) : 0;
        IEnumerable<KeyValuePair<string, TestFile>> page = repository.Commits[commit].Skip(from).Take(PageSize);
        Reply reply = Reply.Of(new JsonArray([.. page.Select(file => file.Value.Entry(file.Key))]));
        if (from + PageSize < repository.Commits[commit].Count)
        {
            reply.Headers["Link"] =
                $"<{Hub.Address.AbsoluteUri.TrimEnd('/')}{request.Path}?recursive=true&cursor={from + PageSize}>; rel=\"next\"";
        }

        return reply;
    }

    private Reply Resolve(Request request, TestRepository repository, string commit, string path)
    {
        if (repository.IsGated && Unauthorized(request) is not null)
        {
            return Reply.Error(403, "GatedRepo", "Access to this model is restricted.");
        }

        if (!repository.Commits[commit].TryGetValue(path, out TestFile? file))
        {
            Reply missing = Reply.Error(404, "EntryNotFound", "Entry not found");
            missing.Headers["X-Repo-Commit"] = commit;
            return missing;
        }

        Reply reply;
        if (file.IsLarge)
        {
            Objects[file.Sha256] = file.Bytes;
            reply = Reply.Redirect($"{Storage.Address}{file.Sha256}?signature=abc");
            reply.Headers["X-Linked-Etag"] = $"\"{file.Sha256}\"";
            reply.Headers["X-Linked-Size"] = $"{file.Bytes.Length}";
        }
        else
        {
            reply = Reply.File(file.Bytes, request.Range);
            reply.Headers["ETag"] = $"\"{file.BlobId}\"";
        }

        reply.Headers["X-Repo-Commit"] = commit;
        return reply;
    }

    private Reply AnswerStorage(Request request)
    {
        if (request.Authorization is not null)
        {
            return Reply.Text("Only one auth mechanism allowed", "application/xml", 400);
        }

        string name = request.Path.TrimStart('/');
        return request.Method == "PUT" ? _uploads.Put(name, request.Body)
            : Objects.TryGetValue(name, out byte[]? bytes) ? Reply.File(bytes, request.Range)
            : Reply.Text("<Error/>", "application/xml", 404);
    }

    [GeneratedRegex(
        "^/(api/models/(?<id>[^/]+/[^/]+)(/(?<what>revision|tree)/(?<revision>.+))?|(?<id>[^/]+/[^/]+)/resolve/(?<revision>[^/]+)/(?<file>.+))$"
    )]
    private static partial Regex ReadPath();

    [GeneratedRegex(@"cursor=(\d+)")]
    private static partial Regex CursorOf();
}
