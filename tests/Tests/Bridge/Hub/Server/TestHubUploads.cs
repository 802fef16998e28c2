using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MegatronBridge.Tests.Bridge.Hub.Server;

/// <summary>The half of a <see cref="TestHub"/> that takes files: repositories, large files, commits.</summary>
internal sealed partial class TestHubUploads(TestHub hub)
{
    private readonly Dictionary<string, SortedDictionary<int, byte[]>> _parts = [];

    public Reply Answer(Request request)
    {
        if (request.Path == "/api/validate-yaml")
        {
            return Reply.Of(new JsonObject { ["errors"] = new JsonArray(), ["warnings"] = new JsonArray() });
        }

        if (CompletePath().Match(request.Path) is { Success: true } complete)
        {
            return Complete(complete.Groups[1].Value, request.Json);
        }

        if (TestHub.Unauthorized(request) is { } refusal)
        {
            return refusal;
        }

        if (request.Path == "/api/repos/create")
        {
            return Create(request.Json);
        }

        Match match = WritePath().Match(request.Path);
        if (!match.Success || !hub.Repositories.TryGetValue(match.Groups["id"].Value, out TestRepository? repository))
        {
            return Reply.Error(404, "RepoNotFound", "Repository not found");
        }

        string what = match.Groups["what"].Value;
        string revision = match.Groups["revision"].Value;
        bool isKnown = repository.Branches.ContainsKey(revision);
        return what switch
        {
            "branch" => isKnown ? Reply.Error(409, "", "Reference already exists") : Branch(repository, revision),
            "preupload" or "commit" when !isKnown => Reply.Error(404, "RevisionNotFound", "Invalid rev id"),
            "preupload" => Preupload(repository.Commits[repository.Branches[revision]], request.Json),
            "commit" => Commit(match.Groups["id"].Value, repository, revision, request.Body),
            "verify" => Verify(request.Json),
            _ => Batch(match.Groups["id"].Value, request.Json),
        };
    }

    /// <summary>Keeps what the storage was sent: a whole file, or a part.</summary>
    public Reply Put(string name, byte[] body)
    {
        if (name.Split('/') is [var oid, var part])
        {
            _parts.TryAdd(oid, []);
            _parts[oid][int.Parse(part)] = body;
        }
        else
        {
            hub.Objects[name] = body;
        }

        return new(200, []) { Headers = { ["ETag"] = $"\"{Convert.ToHexStringLower(MD5.HashData(body))}\"" } };
    }

    private Reply Create(JsonElement body)
    {
        string id = $"{body.GetProperty("organization").GetString()}/{body.GetProperty("name").GetString()}";
        if (hub.Repositories.ContainsKey(id))
        {
            return Reply.Of(
                new JsonObject
                {
                    ["error"] = "You already created this model repo",
                    ["url"] = $"{hub.Hub.Address}{id}",
                },
                409
            );
        }

        TestRepository repository = hub.Add(id);
        repository.IsPrivate =
            body.TryGetProperty("visibility", out JsonElement visibility) && visibility.GetString() == "private";
        repository.Commit([(".gitattributes", "*.safetensors filter=lfs"u8.ToArray())]);
        return Reply.Of(new JsonObject { ["url"] = $"{hub.Hub.Address}{id}", ["name"] = id });
    }

    private static Reply Branch(TestRepository repository, string name)
    {
        repository.Branches[name] = repository.Branches["main"];
        return Reply.Of(new JsonObject());
    }

    private static Reply Preupload(SortedDictionary<string, TestFile> present, JsonElement body) =>
        Reply.Of(
            new JsonObject
            {
                ["files"] = new JsonArray([
                    .. body.GetProperty("files")
                        .EnumerateArray()
                        .Select(file =>
                        {
                            string path = file.GetProperty("path").GetString()!;
                            bool isLarge = TestFile.IsLargeName(path, file.GetProperty("size").GetInt64());
                            Assert.True(file.GetProperty("sample").GetBytesFromBase64().Length <= 512);
                            return new JsonObject
                            {
                                ["path"] = path,
                                ["uploadMode"] = isLarge ? "lfs" : "regular",
                                ["shouldIgnore"] = path.EndsWith(".ignored", StringComparison.Ordinal),
                                ["oid"] = present.TryGetValue(path, out TestFile? old) ? old.Etag : null,
                            };
                        }),
                ]),
            }
        );

    private Reply Batch(string id, JsonElement body) =>
        Reply.Of(
            new JsonObject
            {
                ["transfer"] = "basic",
                ["objects"] = new JsonArray([
                    .. body.GetProperty("objects").EnumerateArray().Select(entry => Object(id, entry)),
                ]),
            }
        );

    private JsonObject Object(string id, JsonElement entry)
    {
        string oid = entry.GetProperty("oid").GetString()!;
        int size = entry.GetProperty("size").GetInt32();
        JsonObject answer = new() { ["oid"] = oid, ["size"] = size };
        if (hub.Objects.ContainsKey(oid))
        {
            return answer;
        }

        JsonObject upload = new() { ["href"] = $"{hub.Storage.Address}{oid}" };
        if (size > hub.PartSize)
        {
            int parts = (size + hub.PartSize - 1) / hub.PartSize;
            JsonObject header = new() { ["chunk_size"] = $"{hub.PartSize}" };
            foreach (int part in Enumerable.Range(1, parts))
            {
                header[$"{part:D5}"] = $"{hub.Storage.Address}{oid}/{part}";
            }

            upload = new() { ["href"] = $"{hub.Hub.Address}api/complete/{oid}", ["header"] = header };
        }

        answer["actions"] = new JsonObject
        {
            ["upload"] = upload,
            ["verify"] = new JsonObject { ["href"] = $"{hub.Hub.Address}{id}.git/info/lfs/objects/verify" },
        };
        return answer;
    }

    private Reply Complete(string oid, JsonElement body)
    {
        JsonElement[] parts = [.. body.GetProperty("parts").EnumerateArray()];
        SortedDictionary<int, byte[]> kept = _parts[oid];
        bool agree =
            parts.Select(part => part.GetProperty("partNumber").GetInt32()).SequenceEqual(kept.Keys)
            && parts
                .Select(part => part.GetProperty("etag").GetString())
                .SequenceEqual(kept.Values.Select(bytes => $"\"{Convert.ToHexStringLower(MD5.HashData(bytes))}\""));
        hub.Objects[oid] = [.. kept.Values.SelectMany(bytes => bytes)];
        return agree ? Reply.Of(new JsonObject()) : Reply.Error(400, "", "Parts do not agree");
    }

    private Reply Verify(JsonElement body)
    {
        string oid = body.GetProperty("oid").GetString()!;
        return
            hub.Objects.TryGetValue(oid, out byte[]? bytes)
            && bytes.Length == body.GetProperty("size").GetInt32()
            && Convert.ToHexStringLower(SHA256.HashData(bytes)) == oid
            ? Reply.Of(new JsonObject())
            : Reply.Error(400, "", "The object is not what it should be");
    }

    private Reply Commit(string id, TestRepository repository, string branch, byte[] body)
    {
        List<KeyValuePair<string, TestFile>> files = [];
        foreach (string line in Encoding.UTF8.GetString(body).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            JsonElement item = JsonElement.Parse(line);
            JsonElement value = item.GetProperty("value");
            switch (item.GetProperty("key").GetString())
            {
                case "header" when value.GetProperty("summary").GetString() is { Length: > 0 }:
                    break;
                case "file":
                    Assert.Equal("base64", value.GetProperty("encoding").GetString());
                    files.Add(new(Path(value), new(value.GetProperty("content").GetBytesFromBase64(), false)));
                    break;
                case "lfsFile" when hub.Objects.TryGetValue(value.GetProperty("oid").GetString()!, out byte[]? bytes):
                    files.Add(new(Path(value), new(bytes, true)));
                    break;
                default:
                    return Reply.Error(400, "", $"Bad line {line}");
            }
        }

        string commit = repository.Commit(files, branch);
        return Reply.Of(
            new JsonObject
            {
                ["success"] = true,
                ["commitUrl"] = $"{hub.Hub.Address}{id}/commit/{commit}",
                ["commitOid"] = commit,
                ["hookOutput"] = "",
            }
        );
    }

    private static string Path(JsonElement value) => value.GetProperty("path").GetString()!;

    [GeneratedRegex(
        "^/(api/models/(?<id>[^/]+/[^/]+)/(?<what>preupload|commit|branch)/(?<revision>.+)|(?<id>[^/]+/[^/]+).git/info/lfs/objects/(?<what>batch|verify))$"
    )]
    private static partial Regex WritePath();

    [GeneratedRegex("^/api/complete/([0-9a-f]{64})$")]
    private static partial Regex CompletePath();
}
