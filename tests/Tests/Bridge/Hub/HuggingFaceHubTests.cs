using System.Security.Cryptography;
using MegatronBridge.Hub;
using MegatronBridge.Storage.Files;
using MegatronBridge.Tests.Bridge.Hub.Server;

namespace MegatronBridge.Tests.Bridge.Hub;

public sealed class HuggingFaceHubTests
{
    [Fact]
    public async Task A_download_lays_out_the_cache_as_the_other_clients_do()
    {
        await using HubScene scene = new();
        HubSnapshot snapshot = await scene.DownloadAsync();
        Assert.Equal(scene.Commit, snapshot.Commit);
        Assert.Equal(Path.Combine(scene.Cache, "snapshots", scene.Commit), snapshot.Path);
        Assert.Equal(scene.Commit, await File.ReadAllTextAsync(Path.Combine(scene.Cache, "refs", "main")));
        Assert.True(File.Exists(Path.Combine(scene.Cache, "trees", $"{scene.Commit}.json")));
        foreach (string name in HubScene.NeededFiles)
        {
            TestFile file = scene.Repository.Commits[scene.Commit][name];
            FileInfo link = new(Path.Combine(snapshot.Path, name));
            Assert.Equal($"../../blobs/{file.Etag}", link.LinkTarget);
            Assert.Equal(file.Bytes, await File.ReadAllBytesAsync(link.FullName));
            Assert.True(
                File.Exists(
                    Path.Combine(scene.Options.CacheFolder, ".locks", "models--org--model", $"{file.Etag}.lock")
                )
            );
        }
    }

    [Fact]
    public async Task Only_what_a_conversion_needs_is_fetched()
    {
        await using HubScene scene = new();
        HubSnapshot snapshot = await scene.DownloadAsync();
        Assert.Equal(
            HubScene.NeededFiles,
            Directory.EnumerateFileSystemEntries(snapshot.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            HubScene.NeededFiles.Sum(name => scene.Repository.Commits[scene.Commit][name].Bytes.Length),
            snapshot.DownloadedBytes
        );
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(scene.Cache, "blobs"), "*.incomplete"));
    }

    [Fact]
    public async Task Without_weights_only_what_describes_the_model_is_fetched()
    {
        await using HubScene scene = new();
        using HuggingFaceHub hub = new(scene.Options);
        HubSnapshot snapshot = await hub.DownloadAsync(HubScene.Reference, withWeights: false);
        Assert.True(File.Exists(Path.Combine(snapshot.Path, "config.json")));
        Assert.DoesNotContain(scene.Server.Storage.Requests, request => request.Path.Contains(Sha256(HubScene.Shard1)));
        Assert.NotNull(hub.FindCached(HubScene.Reference, withWeights: false));
        Assert.Null(hub.FindCached(HubScene.Reference));
    }

    [Fact]
    public async Task What_is_there_is_not_fetched_again()
    {
        await using HubScene scene = new();
        await scene.DownloadAsync();
        scene.Forget();
        HubSnapshot again = await scene.DownloadAsync();
        Assert.Equal(0, again.DownloadedBytes);
        Assert.Single(scene.Server.Hub.Requests);

        scene.Forget();
        await scene.DownloadAsync(new(HubScene.Reference.Repository, scene.Commit));
        Assert.Empty(scene.Server.Hub.Requests); // a commit never changes
    }

    [Fact]
    public async Task A_new_commit_brings_only_what_changed()
    {
        await using HubScene scene = new();
        HubSnapshot first = await scene.DownloadAsync();
        string next = scene.Repository.Commit([("config.json", """{"model_type": "qwen2"}"""u8.ToArray())]);
        scene.Forget();
        HubSnapshot second = await scene.DownloadAsync();
        Assert.Equal(next, second.Commit);
        Assert.Single(scene.FileRequests);
        Assert.Contains("llama", await File.ReadAllTextAsync(Path.Combine(first.Path, "config.json")));
        Assert.Contains("qwen2", await File.ReadAllTextAsync(Path.Combine(second.Path, "config.json")));
        Assert.Equal(HubScene.Shard1, await File.ReadAllBytesAsync(Path.Combine(second.Path, "a-1.safetensors")));
    }

    [Theory]
    [InlineData("v1.0")]
    [InlineData("refs/pr/7")]
    public async Task A_revision_is_remembered_under_its_name(string revision)
    {
        await using HubScene scene = new();
        string commit = scene.Repository.Commit(
            [("config.json", "{}"u8.ToArray()), ("model.safetensors", [1, 2, 3])],
            revision
        );
        HubReference reference = new(HubScene.Reference.Repository, revision);
        Assert.Equal(commit, (await scene.DownloadAsync(reference)).Commit);
        scene.Options = scene.Options with { Offline = true };
        Assert.Equal(commit, (await scene.DownloadAsync(reference)).Commit);
    }

    [Fact]
    public async Task A_list_on_many_pages_is_read_whole()
    {
        await using HubScene scene = new();
        scene.Server.PageSize = 5;
        HubSnapshot snapshot = await scene.DownloadAsync();
        Assert.Equal(HubScene.NeededFiles.Length, Directory.GetFiles(snapshot.Path).Length);
        Assert.Equal(3, scene.Server.Hub.Requests.Count(request => request.Path.Contains("/tree/")));
    }

    [Fact]
    public async Task A_renamed_repository_is_found()
    {
        await using HubScene scene = new();
        scene.Server.Hub.Fault = request =>
            request.Target.Contains("org/old")
                ? Reply.Redirect(request.Target.Replace("org/old", "org/model"), 307)
                : null;
        HubSnapshot snapshot = await scene.DownloadAsync(HubReference.TryParse("org/old"));
        Assert.EndsWith(Path.Combine("models--org--old", "snapshots", scene.Commit), snapshot.Path);
        Assert.Equal(HubScene.Shard2, await File.ReadAllBytesAsync(Path.Combine(snapshot.Path, "a-2.safetensors")));
    }

    [Fact]
    public async Task Without_links_files_lie_in_the_snapshot()
    {
        await using HubScene scene = new();
        scene.Options = scene.Options with { WithoutLinks = true };
        HubSnapshot snapshot = await scene.DownloadAsync();
        FileInfo file = new(Path.Combine(snapshot.Path, "a-1.safetensors"));
        Assert.Null(file.LinkTarget);
        Assert.Equal(HubScene.Shard1.Length, file.Length);
        scene.Forget();
        Assert.Equal(0, (await scene.DownloadAsync()).DownloadedBytes);
        Assert.Empty(scene.FileRequests);
    }

    [Fact]
    public async Task Progress_ends_with_all_bytes_of_the_weights()
    {
        await using HubScene scene = new();
        Recorder recorder = new();
        using HuggingFaceHub hub = new(scene.Options);
        await hub.DownloadAsync(HubScene.Reference, progress: recorder);
        long total = HubScene.Shard1.Length + HubScene.Shard2.Length;
        Assert.Equal(new TransferProgress(total, total), recorder.Reports[^1]);
        Assert.All(recorder.Reports, report => Assert.True(report.DoneBytes <= total));
    }

    [Fact]
    public async Task Many_downloads_at_once_fetch_each_file_once()
    {
        await using HubScene scene = new();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => scene.DownloadAsync())));
        Assert.Equal(
            scene.Server.Storage.Requests.Count,
            scene.Server.Storage.Requests.Select(request => request.Path).Distinct().Count()
        );
    }

    [Fact]
    public async Task The_token_goes_to_the_Hub_and_nowhere_else()
    {
        await using HubScene scene = new();
        scene.Repository.IsPrivate = true;
        scene.Options = scene.Options with { Token = new(TestHub.Token) };
        await scene.DownloadAsync();
        Assert.All(
            scene.Server.Hub.Requests,
            request => Assert.Equal($"Bearer {TestHub.Token}", request.Authorization)
        );
        Assert.NotEmpty(scene.Server.Storage.Requests);
        Assert.All(scene.Server.Storage.Requests, request => Assert.Null(request.Authorization));
        Assert.DoesNotContain(TestHub.Token, scene.Options.ToString());
    }

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private sealed class Recorder : IProgress<TransferProgress>
    {
        public List<TransferProgress> Reports { get; } = [];

        public void Report(TransferProgress value) => Reports.Add(value);
    }
}
