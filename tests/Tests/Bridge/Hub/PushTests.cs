using System.Text;
using System.Text.Json.Nodes;
using MegatronBridge.Hub;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Tests.Bridge.Hub.Server;

namespace MegatronBridge.Tests.Bridge.Hub;

public sealed class PushTests
{
    private static readonly RepositoryId Target = RepositoryId.Parse("org/pushed");

    [Fact]
    public async Task A_folder_becomes_a_commit_with_its_bytes()
    {
        await using HubScene scene = Scene();
        string folder = Folder(scene);
        PushResult result = await PushAsync(scene, folder, new() { Message = "First", IsPrivate = true });
        TestRepository repository = scene.Server.Repositories["org/pushed"];
        Assert.True(repository.IsPrivate);
        Assert.Equal(repository.Branches["main"], result.Commit);
        SortedDictionary<string, TestFile> files = repository.Commits[result.Commit];
        Assert.Equal(
            [
                ".gitattributes",
                "config.json",
                "empty.safetensors",
                "inner/notes.txt",
                "model.safetensors",
                "tokenizer.json",
            ],
            files.Keys
        );
        foreach ((string path, TestFile file) in files.Where(file => file.Key != ".gitattributes"))
        {
            Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(folder, path)), file.Bytes);
        }

        Assert.True(files["model.safetensors"].IsLarge);
        Assert.False(files["config.json"].IsLarge);
        Assert.False(files["empty.safetensors"].IsLarge);
        Assert.Equal(["left.ignored"], result.Ignored);
        Assert.Equal(2_000_000 + 30_000, result.UploadedBytes);
        Request commit = scene.Server.Hub.Requests.Single(request => request.Path.Contains("/commit/"));
        Assert.StartsWith(
            """{"key":"header","value":{"summary":"First","description":""}}""",
            Encoding.UTF8.GetString(commit.Body)
        );
    }

    [Fact]
    public async Task What_is_there_is_not_sent_again()
    {
        await using HubScene scene = Scene();
        string folder = Folder(scene);
        PushResult first = await PushAsync(scene, folder);
        scene.Forget();
        PushResult second = await PushAsync(scene, folder);
        Assert.Equal((first.Commit, 0L), (second.Commit, second.UploadedBytes));
        Assert.Empty(second.Changed);
        Assert.Empty(scene.Server.Storage.Requests);
        Assert.DoesNotContain(scene.Server.Hub.Requests, request => request.Path.Contains("/commit/"));

        await File.WriteAllTextAsync(Path.Combine(folder, "config.json"), "{ }");
        PushResult third = await PushAsync(scene, folder);
        Assert.Equal(["config.json"], third.Changed);
        Assert.NotEqual(first.Commit, third.Commit);
    }

    [Fact]
    public async Task Contents_that_another_repository_has_are_not_sent()
    {
        await using HubScene scene = Scene();
        string folder = Folder(scene);
        await PushAsync(scene, folder);
        scene.Server.Repositories.Remove("org/pushed");
        scene.Forget();
        PushResult result = await PushAsync(scene, folder);
        Assert.Contains("model.safetensors", result.Changed);
        Assert.Equal(0, result.UploadedBytes);
        Assert.Empty(scene.Server.Storage.Requests);
    }

    [Theory]
    [InlineData(500_000, 4)]
    [InlineData(700_001, 3)]
    [InlineData(1_999_999, 2)]
    public async Task Large_files_go_in_parts_of_the_size_that_the_Hub_wants(int partSize, int parts)
    {
        await using HubScene scene = Scene();
        scene.Server.PartSize = partSize;
        string folder = Folder(scene);
        PushResult result = await PushAsync(scene, folder);
        Assert.Equal(parts, scene.Server.Storage.Requests.Count(request => request.Path.Count(c => c == '/') == 2));
        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(folder, "model.safetensors")),
            scene.Server.Repositories["org/pushed"].Commits[result.Commit]["model.safetensors"].Bytes
        );
    }

    [Fact]
    public async Task A_branch_is_made_when_it_is_not_there()
    {
        await using HubScene scene = Scene();
        PushResult result = await PushAsync(scene, Folder(scene), new() { Revision = "trial/1" });
        TestRepository repository = scene.Server.Repositories["org/pushed"];
        Assert.Equal(result.Commit, repository.Branches["trial/1"]);
        Assert.NotEqual(result.Commit, repository.Branches["main"]);
        await PushAsync(scene, Folder(scene), new() { Revision = "trial/1" });
    }

    [Fact]
    public async Task What_was_pushed_can_be_downloaded()
    {
        await using HubScene scene = Scene();
        string folder = Folder(scene);
        await PushAsync(scene, folder);
        HubSnapshot snapshot = await scene.DownloadAsync(new(Target));
        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(folder, "model.safetensors")),
            await File.ReadAllBytesAsync(Path.Combine(snapshot.Path, "model.safetensors"))
        );

        PushResult again = await PushAsync(scene, snapshot.Path); // links are followed
        Assert.Empty(again.Changed);
    }

    [Fact]
    public async Task The_token_goes_to_the_Hub_and_not_to_the_storage()
    {
        await using HubScene scene = Scene();
        scene.Server.PartSize = 1_000_000;
        await PushAsync(scene, Folder(scene));
        Assert.NotEmpty(scene.Server.Storage.Requests);
        Assert.All(scene.Server.Storage.Requests, request => Assert.Null(request.Authorization));
    }

    [Fact]
    public async Task A_storage_that_fails_for_a_moment_is_sent_to_again_and_progress_ends_right()
    {
        await using HubScene scene = Scene();
        int failures = 0;
        scene.Server.Storage.Fault = _ => failures++ % 2 == 0 ? Reply.Text("SlowDown", "text/plain", 503) : null;
        Recorder recorder = new();
        using HuggingFaceHub hub = new(scene.Options);
        await hub.PushToHubAsync(Folder(scene), Target, progress: recorder);
        Assert.Equal(new TransferProgress(2_030_000, 2_030_000), recorder.Last);
    }

    [Fact]
    public async Task Without_a_token_or_with_a_wrong_one_nothing_is_sent()
    {
        await using HubScene scene = Scene();
        string folder = Folder(scene);
        scene.Options = scene.Options with { Token = null };
        HubException missing = await Assert.ThrowsAsync<HubException>(() => PushAsync(scene, folder));
        Assert.Equal(HubFault.Denied, missing.Fault);
        Assert.Contains("HF_TOKEN", missing.Message);
        Assert.Empty(scene.Server.Hub.Requests);

        scene.Options = scene.Options with { Token = new("hf_wrong") };
        HubException wrong = await Assert.ThrowsAsync<HubException>(() => PushAsync(scene, folder));
        Assert.Equal(HubFault.Denied, wrong.Fault);
        Assert.DoesNotContain("hf_wrong", wrong.Message);
        Assert.DoesNotContain("org/pushed", scene.Server.Repositories.Keys);
    }

    [Fact]
    public async Task One_who_may_not_make_a_repository_may_still_write_one()
    {
        await using HubScene scene = Scene();
        scene.Server.Hub.Fault = request =>
            request.Path == "/api/repos/create" ? Reply.Error(403, "", "You may not create repositories in org") : null;
        HubException e = await Assert.ThrowsAsync<HubException>(() => PushAsync(scene, Folder(scene)));
        Assert.Contains("You may not create repositories in org", e.Message);
        scene.Server.Add("org/pushed").Commit([("README.md", "x"u8.ToArray())]);
        await PushAsync(scene, Folder(scene));
    }

    [Theory]
    [InlineData("""{"objects": []}""")]
    [InlineData("""{"objects": [{"oid": "abc", "size": 1}]}""")]
    [InlineData("""{}""")]
    [InlineData("""[]""")]
    public async Task Answers_that_leave_files_out_are_refused(string answer)
    {
        await using HubScene scene = Scene();
        scene.Server.Hub.Fault = request =>
            request.Path.EndsWith("/batch") ? Reply.Text(answer, "application/vnd.git-lfs+json") : null;
        HubException e = await Assert.ThrowsAsync<HubException>(() => PushAsync(scene, Folder(scene)));
        Assert.Equal(HubFault.BadAnswer, e.Fault);
    }

    [Fact]
    public async Task Addresses_that_are_not_safe_are_not_sent_to()
    {
        await using HubScene scene = Scene();
        scene.Server.Hub.Fault = request =>
            request.Path.EndsWith("/batch")
                ? Reply.Of(
                    new JsonObject
                    {
                        ["objects"] = new JsonArray([
                            .. request
                                .Json.GetProperty("objects")
                                .EnumerateArray()
                                .Select(entry => new JsonObject
                                {
                                    ["oid"] = entry.GetProperty("oid").GetString(),
                                    ["size"] = entry.GetProperty("size").GetInt64(),
                                    ["actions"] = new JsonObject
                                    {
                                        ["upload"] = new JsonObject { ["href"] = "file:///tmp/x" },
                                    },
                                }),
                        ]),
                    }
                )
                : null;
        HubException e = await Assert.ThrowsAsync<HubException>(() => PushAsync(scene, Folder(scene)));
        Assert.Contains("no secure address", e.Message);
    }

    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_not_sent_twice()
    {
        await using HubScene scene = Scene();
        scene.Server.Hub.Fault = request =>
            request.Path.Contains("/commit/") ? new Reply(200, new byte[10]) { CutAfter = 0 } : null;
        HubException e = await Assert.ThrowsAsync<HubException>(() => PushAsync(scene, Folder(scene)));
        Assert.Contains("not known", e.Message);
        Assert.Single(scene.Server.Hub.Requests, request => request.Path.Contains("/commit/"));
    }

    [Fact]
    public async Task A_file_that_becomes_shorter_meanwhile_is_named()
    {
        await using HubScene scene = Scene();
        string folder = Folder(scene);
        string path = Path.Combine(folder, "model.safetensors");
        scene.Server.Hub.Fault = request =>
        {
            if (request.Path.EndsWith("/batch"))
            {
                File.WriteAllBytes(path, new byte[1000]);
            }

            return null;
        };
        BadFileException e = await Assert.ThrowsAsync<BadFileException>(() => PushAsync(scene, folder));
        Assert.Equal(path, e.Path);
        Assert.DoesNotContain(
            scene.Server.Repositories["org/pushed"].Commits.Values,
            files => files.ContainsKey("model.safetensors")
        );
    }

    [Fact]
    public async Task A_folder_that_is_missing_or_empty_is_refused()
    {
        await using HubScene scene = Scene();
        await Assert.ThrowsAsync<BadFileException>(() => PushAsync(scene, scene["none"]));
        Directory.CreateDirectory(scene["bare"]);
        await Assert.ThrowsAsync<BadFileException>(() => PushAsync(scene, scene["bare"]));
    }

    private static HubScene Scene()
    {
        HubScene scene = new();
        scene.Options = scene.Options with { Token = new(TestHub.Token) };
        return scene;
    }

    private static string Folder(HubScene scene)
    {
        string folder = scene["push"];
        Write("config.json", """{"model_type": "llama"}"""u8.ToArray());
        Write("model.safetensors", HubScene.Bytes(2_000_000, 11));
        Write("tokenizer.json", HubScene.Bytes(30_000, 12));
        Write("empty.safetensors", []);
        Write("inner/notes.txt", "näher"u8.ToArray());
        Write("left.ignored", "x"u8.ToArray());
        Write(".git/HEAD", "x"u8.ToArray());
        Write(".cache/huggingface/x", "x"u8.ToArray());
        return folder;

        void Write(string name, byte[] bytes)
        {
            string path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes);
        }
    }

    private static async Task<PushResult> PushAsync(HubScene scene, string folder, PushOptions? options = null)
    {
        using HuggingFaceHub hub = new(scene.Options);
        return await hub.PushToHubAsync(folder, Target, options);
    }

    private sealed class Recorder : IProgress<TransferProgress>
    {
        public TransferProgress Last { get; private set; }

        public void Report(TransferProgress value) => Last = value;
    }
}
