using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using MegatronBridge.Hub;
using MegatronBridge.Tests.Bridge.Hub.Server;

namespace MegatronBridge.Conformance;

/// <summary>
/// The real huggingface_hub client takes the Hub of our tests for the real one, and shares one cache with us, both ways.
/// </summary>
public sealed class HubTests(Python python)
{
    private const string Id = "org/tiny";

    private static readonly string[] Needed =
    [
        "config.json",
        "generation_config.json",
        "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors",
        "model.safetensors.index.json",
        "tokenizer.json",
    ];

    [Theory]
    [InlineData(1000)]
    [InlineData(3)]
    public async Task The_real_client_downloads_from_the_Hub_of_our_tests(int pageSize)
    {
        using TemporaryFolder folder = new();
        await using TestHub hub = new() { PageSize = pageSize };
        string source = MakeModel(folder, hub);
        JsonElement found = Client(hub, folder, "download", Id, "main", null, false);
        Assert.Equal(Hashes(source), Hashes(found));
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(30_000)]
    public async Task The_real_client_and_ours_make_the_same_commit(int partSize)
    {
        using TemporaryFolder folder = new();
        await using TestHub hub = new() { PartSize = partSize };
        string source = MakeModel(folder, null);
        string commit = Client(hub, folder, "upload", source, "org/theirs", "All of it", true).GetString()!;
        Dictionary<string, byte[]> objects = new(hub.Objects);
        hub.Objects.Clear();
        using HuggingFaceHub ours = new(Options(hub, folder));
        PushResult result = await ours.PushToHubAsync(
            source,
            RepositoryId.Parse("org/ours"),
            new() { Message = "All of it", IsPrivate = true },
            cancellation: TestContext.Current.CancellationToken
        );
        Assert.Equal(objects.OrderBy(entry => entry.Key), hub.Objects.OrderBy(entry => entry.Key));
        Assert.True(hub.Repositories["org/theirs"].IsPrivate && hub.Repositories["org/ours"].IsPrivate);
        SortedDictionary<string, TestFile> theirs = hub.Repositories["org/theirs"].Commits[commit];
        Assert.True(theirs.Count > Needed.Length);
        Assert.Equal(
            theirs.Select(file => (file.Key, file.Value.Etag)),
            hub.Repositories["org/ours"].Commits[result.Commit].Select(file => (file.Key, file.Value.Etag))
        );

        // What one has pushed, the other need not push again.
        Client(hub, folder, "upload", source, "org/ours", "Again", true);
        Assert.Equal(2, hub.Repositories["org/ours"].Commits.Count);
    }

    [Fact]
    public async Task What_we_download_the_real_client_finds_without_a_network()
    {
        using TemporaryFolder folder = new();
        await using TestHub hub = new();
        string source = MakeModel(folder, hub);
        using HuggingFaceHub ours = new(Options(hub, folder));
        HubSnapshot snapshot = await ours.DownloadAsync(HubReference.TryParse(Id)!);

        JsonElement verified = Client(hub, folder, "verify", Id, snapshot.Commit);
        Assert.Empty(verified.GetProperty("mismatches").EnumerateArray());
        Assert.True(verified.GetProperty("checked").GetInt32() >= Needed.Length);

        await hub.DisposeAsync();
        string[] names = [.. Directory.EnumerateFiles(snapshot.Path).Select(path => Path.GetFileName(path)!)];
        JsonArray patterns = [.. names.Select(name => (JsonNode)name)];
        JsonElement found = Client(hub, folder, "download", Id, "main", patterns, true);
        Assert.Equal(snapshot.Path, found.GetProperty("path").GetString());
        Assert.Equal(Hashes(source).Where(file => names.Contains(file.Key)), Hashes(found));
        Assert.Equal(
            names.Select(name => Path.Combine(snapshot.Path, name)),
            Client(hub, folder, "find", Id, snapshot.Commit, patterns.DeepClone())
                .EnumerateArray()
                .Select(path => path.GetString()!)
        );

        JsonElement scan = Client(hub, folder, "scan");
        Assert.Empty(scan.GetProperty("warnings").EnumerateArray());
        JsonElement repository = scan.GetProperty("repositories").GetProperty(Id);
        Assert.Equal(snapshot.Commit, repository.GetProperty("refs").GetProperty("main").GetString());
        Assert.Equal(names.Length, repository.GetProperty("files").GetArrayLength());

        JsonElement loaded = python.Call(
            "hub",
            "call",
            "load",
            new JsonArray(Id),
            Environment(hub, folder, offline: true)
        );
        Assert.True(loaded.GetProperty("parameters").GetInt64() > 10_000);
        Assert.Equal(3, loaded.GetProperty("tokens").GetArrayLength());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_real_client_downloads_we_find_without_a_network(bool whole)
    {
        using TemporaryFolder folder = new();
        await using TestHub hub = new();
        MakeModel(folder, hub);
        string path = whole
            ? Client(hub, folder, "download", Id, "main", null, false).GetProperty("path").GetString()!
            : Path.GetDirectoryName(
                Client(hub, folder, "fetch", Id, new JsonArray([.. Needed.Select(name => (JsonNode)name)]))[0]
                    .GetString()
            )!;
        int requests = hub.Hub.Requests.Count;
        using HuggingFaceHub ours = new(Options(hub, folder) with { Offline = true });
        HubSnapshot snapshot = await ours.DownloadAsync(HubReference.TryParse(Id)!);
        Assert.Equal(path, snapshot.Path);
        Assert.Equal(0, snapshot.DownloadedBytes);

        JsonElement report = Command.Run([
            "roundtrip",
            "--hf-model",
            Id,
            "--offline",
            "--cache-dir",
            Cache(folder),
            "--tp",
            "2",
        ]);
        Assert.True(report.GetProperty("equal_tensors").GetInt32() > 10);
        Assert.Equal(requests, hub.Hub.Requests.Count);
    }

    [Fact]
    public async Task Both_lay_out_the_same_cache()
    {
        using TemporaryFolder folder = new();
        await using TestHub hub = new();
        MakeModel(folder, hub);
        using HuggingFaceHub ours = new(Options(hub, folder) with { CacheFolder = folder.File("ours") });
        HubSnapshot snapshot = await ours.DownloadAsync(HubReference.TryParse(Id)!);
        JsonArray patterns =
        [
            .. Directory.EnumerateFiles(snapshot.Path).Select(path => (JsonNode)Path.GetFileName(path)!),
        ];
        Client(hub, folder, "download", Id, "main", patterns, false);
        Assert.Equal(Entries(Cache(folder)), Entries(folder.File("ours")));
    }

    [Fact]
    public async Task Each_waits_for_the_lock_of_the_other()
    {
        using TemporaryFolder folder = new();
        await using TestHub hub = new();
        MakeModel(folder, hub);
        TestRepository repository = hub.Repositories[Id];
        string etag = repository.Commits[repository.Branches["main"]]["config.json"].Etag;
        string path = Path.Combine(Cache(folder), ".locks", "models--org--tiny", $"{etag}.lock");
        using (await CacheLock.TakeAsync(path, TestContext.Current.CancellationToken))
        {
            Assert.True(Client(hub, folder, "is_held", path).GetBoolean());
        }

        Assert.False(Client(hub, folder, "is_held", path).GetBoolean());

        string ready = folder.File("ready");
        Task<JsonElement> holding = Task.Run(() => Client(hub, folder, "hold", path, ready, 2));
        while (!File.Exists(ready))
        {
            Assert.False(holding.IsCompleted, "Python holds no lock.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        using HuggingFaceHub ours = new(Options(hub, folder));
        await ours.DownloadAsync(HubReference.TryParse(Id)!);
        double ended = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).TotalSeconds;
        Assert.True(ended >= (await holding).GetDouble(), "The download did not wait.");
    }

    private static string Cache(TemporaryFolder folder) => folder.File("cache");

    private static HubOptions Options(TestHub hub, TemporaryFolder folder) =>
        new()
        {
            Endpoint = hub.Hub.Address,
            CacheFolder = Cache(folder),
            Token = new(TestHub.Token),
        };

    private static JsonObject Environment(TestHub hub, TemporaryFolder folder, bool offline) =>
        new()
        {
            ["HF_ENDPOINT"] = hub.Hub.Address.AbsoluteUri,
            ["HF_HOME"] = folder.File("home"),
            ["HF_HUB_CACHE"] = Cache(folder),
            ["HF_TOKEN"] = TestHub.Token,
            ["HF_HUB_OFFLINE"] = offline ? "1" : "0",
            ["HF_HUB_DISABLE_TELEMETRY"] = "1",
        };

    private JsonElement Client(TestHub hub, TemporaryFolder folder, string function, params JsonNode?[] arguments) =>
        python.Call("hub", "call", function, new JsonArray(arguments), Environment(hub, folder, offline: false));

    /// <summary>Makes a small model with its tokenizer, and a repository of it.</summary>
    private string MakeModel(TemporaryFolder folder, TestHub? hub)
    {
        string path = folder.File("source");
        JsonObject config = new()
        {
            ["model_type"] = "llama",
            ["vocab_size"] = 132,
            ["hidden_size"] = 64,
            ["intermediate_size"] = 96,
            ["num_hidden_layers"] = 2,
            ["num_attention_heads"] = 4,
            ["num_key_value_heads"] = 2,
        };
        python.Call("hf_models", "make", path, config, "bfloat16", "100KB");
        File.WriteAllText(Path.Combine(path, "README.md"), "---\nlicense: mit\n---\n# Tiny\n");
        Directory.CreateDirectory(Path.Combine(path, "original"));
        File.WriteAllText(Path.Combine(path, "original", "params.json"), "{}");
        Assert.All(Needed, name => Assert.True(File.Exists(Path.Combine(path, name)), name));
        hub?.Add(Id, path);
        return path;
    }

    private static SortedDictionary<string, string> Hashes(string folder) =>
        new(
            Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .ToDictionary(
                    path => Path.GetRelativePath(folder, path),
                    path => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))
                ),
            StringComparer.Ordinal
        );

    private static SortedDictionary<string, string> Hashes(JsonElement found) =>
        new(
            found
                .GetProperty("files")
                .EnumerateObject()
                .ToDictionary(file => file.Name, file => file.Value.GetString()!),
            StringComparer.Ordinal
        );

    /// <summary>All files of a cache with what they hold; lists of files as JSON, and without the comment of the tag.</summary>
    private static string[] Entries(string cache) =>
        [
            .. Directory
                .EnumerateFileSystemEntries(cache, "*", SearchOption.AllDirectories)
                .Where(path => Path.GetFileName(path) != "CACHEDIR.TAG")
                .Select(path =>
                    (Name: Path.GetRelativePath(cache, path), Path: path, Link: new FileInfo(path).LinkTarget)
                )
                .OrderBy(entry => entry.Name, StringComparer.Ordinal)
                .Select(entry =>
                    entry.Link is not null ? $"{entry.Name} -> {entry.Link}"
                    : Directory.Exists(entry.Path) ? $"{entry.Name}/"
                    : entry.Name.EndsWith(".json", StringComparison.Ordinal)
                        ? $"{entry.Name} {JsonNode.Parse(File.ReadAllText(entry.Path))!.ToJsonString()}"
                    : $"{entry.Name} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(entry.Path)))}"
                ),
        ];
}
