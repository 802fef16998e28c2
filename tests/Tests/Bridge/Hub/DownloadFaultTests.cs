using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using MegatronBridge.Hub;
using MegatronBridge.Storage;
using MegatronBridge.Tests.Bridge.Hub.Server;

namespace MegatronBridge.Tests.Bridge.Hub;

public sealed class DownloadFaultTests
{
    private static string LargePath(HubScene scene) => scene.Repository.Commits[scene.Commit]["a-1.safetensors"].Sha256;

    private static string Large(HubScene scene) => $"/{LargePath(scene)}";

    [Fact]
    public async Task A_connection_that_breaks_is_taken_up_where_it_broke()
    {
        await using HubScene scene = new();
        int cuts = 0;
        scene.Server.Storage.Fault = request =>
            request.Path == Large(scene) && cuts++ < 3
                ? Reply.File(HubScene.Shard1, request.Range) with
                {
                    CutAfter = 400_000,
                }
                : null;
        HubSnapshot snapshot = await scene.DownloadAsync();
        Assert.Equal(HubScene.Shard1, await File.ReadAllBytesAsync(Path.Combine(snapshot.Path, "a-1.safetensors")));
        Assert.Equal(
            [null, "bytes=400000-", "bytes=800000-", "bytes=1200000-"],
            scene
                .Server.Storage.Requests.Where(request => request.Path == Large(scene))
                .Select(request => request.Range)
        );
    }

    [Fact]
    public async Task What_an_earlier_run_has_left_is_not_fetched_again()
    {
        await using HubScene scene = new();
        Leave(scene, HubScene.Shard1[..1_000_001]);
        HubSnapshot snapshot = await scene.DownloadAsync();
        Assert.Equal(HubScene.Shard1, await File.ReadAllBytesAsync(Path.Combine(snapshot.Path, "a-1.safetensors")));
        Assert.Contains(scene.Server.Storage.Requests, request => request.Range == "bytes=1000001-");
    }

    [Fact]
    public async Task Left_bytes_that_are_wrong_are_fetched_anew()
    {
        await using HubScene scene = new();
        Leave(scene, HubScene.Bytes(1_000_001, 99));
        HubSnapshot snapshot = await scene.DownloadAsync();
        Assert.Equal(HubScene.Shard1, await File.ReadAllBytesAsync(Path.Combine(snapshot.Path, "a-1.safetensors")));
    }

    [Theory]
    [InlineData(3_000_000)]
    [InlineData(3_000_001)]
    public async Task Left_bytes_of_the_whole_size_or_more_are_checked(int count)
    {
        await using HubScene scene = new();
        Leave(scene, HubScene.Bytes(count, 99));
        HubSnapshot snapshot = await scene.DownloadAsync();
        Assert.Equal(HubScene.Shard1, await File.ReadAllBytesAsync(Path.Combine(snapshot.Path, "a-1.safetensors")));
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_is_served_from_the_start()
    {
        await using HubScene scene = new();
        Leave(scene, HubScene.Shard1[..500_000]);
        scene.Server.Storage.Fault = request => request.Path == Large(scene) ? Reply.File(HubScene.Shard1, null) : null;
        HubSnapshot snapshot = await scene.DownloadAsync();
        Assert.Equal(HubScene.Shard1, await File.ReadAllBytesAsync(Path.Combine(snapshot.Path, "a-1.safetensors")));
    }

    [Fact]
    public async Task Another_part_than_was_asked_for_is_refused()
    {
        await using HubScene scene = new();
        Leave(scene, HubScene.Shard1[..500_000]);
        scene.Server.Storage.Fault = request =>
            request.Path == Large(scene) ? Reply.File(HubScene.Shard1, "bytes=100-") : null;
        HubException e = await scene.FailAsync();
        Assert.Equal(HubFault.Corrupt, e.Fault);
        Assert.Contains("bytes 100-2999999/3000000, not the bytes from 500000 on", e.Message);
    }

    [Fact]
    public async Task A_cancelled_download_keeps_what_came()
    {
        await using HubScene scene = new();
        using CancellationTokenSource stop = new();
        scene.Server.Storage.Fault = request =>
        {
            if (request.Path == Large(scene) && request.Range is not null)
            {
                stop.Cancel();
                return new Reply(200, []) { IsSilent = true };
            }

            return request.Path == Large(scene) ? Reply.File(HubScene.Shard1, null) with { CutAfter = 700_000 } : null;
        };
        using HuggingFaceHub hub = new(scene.Options);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            hub.DownloadAsync(HubScene.Reference, cancellation: stop.Token)
        );
        FileInfo left = new(Path.Combine(scene.Cache, "blobs", $"{LargePath(scene)}.incomplete"));
        Assert.Equal(700_000, left.Length);
    }

    [Fact]
    public async Task A_killed_process_loses_nothing_that_came()
    {
        await using HubScene scene = new();
        TaskCompletionSource hangs = new();
        scene.Server.Storage.Fault = request =>
        {
            if (request.Path != Large(scene))
            {
                return null;
            }

            if (request.Range is null)
            {
                return Reply.File(HubScene.Shard1, null) with { CutAfter = 700_000 };
            }

            hangs.TrySetResult();
            return new(200, []) { IsSilent = true };
        };
        using (Process first = Command(scene))
        {
            await hangs.Task.WaitAsync(TimeSpan.FromMinutes(1));
            first.Kill();
            await first.WaitForExitAsync();
        }

        scene.Server.Storage.Fault = null;
        scene.Forget();
        using Process second = Command(scene);
        await second.WaitForExitAsync();
        Assert.Contains(scene.Server.Storage.Requests, request => request.Range == "bytes=700000-");
        Assert.Equal(
            HubScene.Shard1,
            await File.ReadAllBytesAsync(Path.Combine(scene.Cache, "blobs", LargePath(scene)))
        );
    }

    [Fact]
    public async Task Bytes_that_were_changed_are_refused_and_removed()
    {
        await using HubScene scene = new();
        byte[] changed = [.. HubScene.Shard1];
        changed[1234]++;
        scene.Server.Storage.Fault = request =>
            request.Path == Large(scene) ? Reply.File(changed, request.Range) : null;
        HubException e = await scene.FailAsync();
        Assert.Equal(HubFault.Corrupt, e.Fault);
        Assert.Contains("a-1.safetensors", e.Message);
        Assert.Contains(LargePath(scene), e.Message);
        Assert.False(File.Exists(Path.Combine(scene.Cache, "blobs", LargePath(scene))));
        scene.Server.Storage.Fault = null;
        await scene.DownloadAsync();
    }

    [Fact]
    public async Task A_small_file_that_was_changed_is_refused_too()
    {
        await using HubScene scene = new();
        scene.Server.Hub.Fault = request =>
            request.Path.EndsWith("/config.json") ? Reply.File("""{"model_type": "LLAMA"}"""u8.ToArray(), null) : null;
        Assert.Equal(HubFault.Corrupt, (await scene.FailAsync()).Fault);
    }

    [Theory]
    [InlineData(2_999_999)]
    [InlineData(3_000_001)]
    [InlineData(0)]
    public async Task Another_size_than_was_listed_is_refused(int size)
    {
        await using HubScene scene = new();
        scene.Server.Storage.Fault = request => request.Path == Large(scene) ? new(200, new byte[size]) : null;
        HubException e = await scene.FailAsync();
        Assert.Equal(HubFault.Corrupt, e.Fault);
        Assert.Contains($"sends {size} bytes for org/model/a-1.safetensors, which has 3000000 bytes", e.Message);
    }

    [Fact]
    public async Task A_body_without_end_is_refused_at_the_first_byte_too_many()
    {
        await using HubScene scene = new();
        scene.Server.Storage.Fault = request =>
            request.Path == Large(scene) ? new(200, new byte[1_000_000]) { IsEndless = true } : null;
        HubException e = await scene.FailAsync();
        Assert.Contains("sends more bytes", e.Message);
        Assert.True(
            new FileInfo(Path.Combine(scene.Cache, "blobs", $"{LargePath(scene)}.incomplete")).Length <= 3_000_000
        );
    }

    [Fact]
    public async Task Answers_in_JSON_without_end_are_refused()
    {
        await using HubScene scene = new();
        scene.Server.Hub.Fault = _ =>
            Reply.Text(new string(' ', 1 << 20), "application/json") with
            {
                IsEndless = true,
            };
        Assert.Contains("more than", (await scene.FailAsync()).Message);
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_given_up()
    {
        await using HubScene scene = new();
        scene.Options = scene.Options with
        {
            AnswerTimeout = TimeSpan.FromMilliseconds(300),
            DownloadTimeout = TimeSpan.FromMilliseconds(100),
        };
        scene.Server.Storage.Fault = _ => new(200, []) { IsSilent = true };
        HubException e = await scene.FailAsync();
        Assert.Equal(HubFault.Unreachable, e.Fault);
        Assert.Contains("no answer in 0.3 s", e.Message);
        Assert.Equal(HubConnection.Tries, scene.Server.Storage.Requests.Count);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task A_server_that_is_out_of_order_for_a_moment_is_asked_again(int status)
    {
        await using HubScene scene = new();
        int failures = 0;
        scene.Server.Storage.Fault = _ => failures++ % 2 == 0 ? Reply.Text("no", "text/plain", status) : null;
        await scene.DownloadAsync();
    }

    [Fact]
    public async Task A_circle_of_redirects_is_refused()
    {
        await using HubScene scene = new();
        scene.Server.Hub.Fault = request => Reply.Redirect(request.Target);
        HubException e = await scene.FailAsync();
        Assert.Equal(HubFault.BadAnswer, e.Fault);
        Assert.Contains("in a circle", e.Message);
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://user:secret@127.0.0.1/x")]
    [InlineData("http://[")]
    public async Task Redirects_that_are_not_safe_are_not_followed(string target)
    {
        await using HubScene scene = new();
        scene.Server.Hub.Fault = request => request.Path.Contains("/resolve/") ? Reply.Redirect(target) : null;
        HubException e = await scene.FailAsync();
        Assert.Equal(HubFault.BadAnswer, e.Fault);
        Assert.DoesNotContain("secret", e.Message);
    }

    [Theory]
    [InlineData("../../../evil.safetensors")]
    [InlineData("/etc/evil.safetensors")]
    [InlineData("a/../../evil.safetensors")]
    [InlineData("..\\evil.safetensors")]
    [InlineData("a//evil.safetensors")]
    [InlineData("evil\n.safetensors")]
    [InlineData("")]
    [InlineData("config.json")]
    public async Task Names_that_lead_out_of_the_folder_or_come_twice_are_refused(string name)
    {
        await using HubScene scene = new();
        JsonObject evil = new TestFile([1], true).Entry(name);
        JsonObject config = new TestFile([2], false).Entry("config.json");
        scene.Server.Hub.Fault = request =>
            request.Path.Contains("/tree/") ? Reply.Of(new JsonArray(config.DeepClone(), evil.DeepClone())) : null;
        HubException e = await scene.FailAsync();
        Assert.Equal(HubFault.BadAnswer, e.Fault);
        Assert.Empty(Directory.Exists(scene.Options.CacheFolder) ? scene.FileRequests : []);
    }

    [Theory]
    [InlineData(1L << 43, "the disk is too small")]
    [InlineData(long.MaxValue, "no good size")]
    [InlineData(-1L, "no good size")]
    public async Task Sizes_that_no_disk_has_are_refused_before_anything_is_fetched(long size, string message)
    {
        await using HubScene scene = new();
        JsonArray entries = [];
        foreach (string name in (string[])["config.json", "x-1.safetensors", "x-2.safetensors"])
        {
            JsonObject entry = new TestFile([1], false).Entry(name);
            entry["size"] = size;
            entries.Add(entry);
        }

        scene.Server.Hub.Fault = request => request.Path.Contains("/tree/") ? Reply.Of(entries.DeepClone()) : null;
        Exception? e = await Record.ExceptionAsync(() => scene.DownloadAsync());
        Assert.True(e is HubException or BadFileException);
        Assert.Contains(message, e.Message);
        Assert.Empty(scene.FileRequests);
    }

    [Fact]
    public async Task Hashes_that_are_no_hashes_are_refused()
    {
        await using HubScene scene = new();
        JsonObject config = new TestFile([2], false).Entry("config.json");
        config["oid"] = "../../../../outside";
        scene.Server.Hub.Fault = request =>
            request.Path.Contains("/tree/") ? Reply.Of(new JsonArray(config.DeepClone())) : null;
        Assert.Equal(HubFault.BadAnswer, (await scene.FailAsync()).Fault);
        scene.Server.Hub.Fault = request =>
            request.Path.Contains("/revision/") ? Reply.Of(new JsonObject { ["sha"] = "../../x" }) : null;
        Assert.Equal(HubFault.BadAnswer, (await scene.FailAsync()).Fault);
    }

    [Fact]
    public async Task Damaged_answers_are_refused_whatever_the_damage()
    {
        await using HubScene scene = new();
        Random random = new(7);
        scene.Server.Hub.Fault = request =>
        {
            if (!request.Path.Contains("/tree/"))
            {
                return null;
            }

            JsonArray entries =
            [
                .. scene.Repository.Commits[scene.Commit].Select(file => (JsonNode)file.Value.Entry(file.Key)),
            ];
            byte[] bytes = Encoding.UTF8.GetBytes(entries.ToJsonString());
            for (int flips = 0; flips < 3; flips++)
            {
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            }

            return new(200, random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes)
            {
                Headers = { ["Content-Type"] = "application/json" },
            };
        };
        for (int i = 0; i < 100; i++)
        {
            try
            {
                await scene.DownloadAsync();
            }
            catch (HubException)
            {
                // Refused, as it should be.
            }
        }

        Assert.Equal(
            ["cache"],
            Directory.EnumerateFileSystemEntries(scene[""]).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_page_instead_of_JSON_is_told_as_such()
    {
        await using HubScene scene = new();
        scene.Server.Hub.Fault = _ => Reply.Text("<html>Please log in</html>", "text/html");
        HubException e = await scene.FailAsync();
        Assert.Contains("text/html instead of JSON", e.Message);
        Assert.Contains("HF_ENDPOINT", e.Message);
    }

    [Fact]
    public async Task An_unknown_repository_revision_or_file_is_named()
    {
        await using HubScene scene = new();
        HubException repository = await scene.FailAsync(HubReference.TryParse("org/none"));
        Assert.Equal(HubFault.NotFound, repository.Fault);
        Assert.Contains("no model org/none", repository.Message);
        Assert.Contains("HF_TOKEN", repository.Message);

        HubException revision = await scene.FailAsync(HubReference.TryParse("org/model@v9"));
        Assert.Equal(HubFault.NotFound, revision.Fault);
        Assert.Contains("no revision 'v9'", revision.Message);

        scene.Server.Hub.Fault = request =>
            request.Path.EndsWith("/tokenizer.json") ? Reply.Error(404, "EntryNotFound") : null;
        HubException file = await scene.FailAsync();
        Assert.Equal(HubFault.NotFound, file.Fault);
        Assert.Contains("tokenizer.json", file.Message);
    }

    [Fact]
    public async Task All_files_that_cannot_be_had_are_told_at_once()
    {
        await using HubScene scene = new();
        scene.Server.Hub.Fault = request =>
            request.Path.EndsWith("config.json") ? Reply.Error(404, "EntryNotFound") : null;
        HubException e = await scene.FailAsync();
        Assert.Contains("2 files", e.Message);
        Assert.Contains("no file config.json", e.Message);
        Assert.Contains("no file generation_config.json", e.Message);
    }

    [Fact]
    public async Task A_gated_model_tells_to_accept_the_licence_and_to_set_a_token()
    {
        await using HubScene scene = new();
        scene.Repository.IsGated = true;
        HubException e = await scene.FailAsync();
        Assert.Equal(HubFault.Denied, e.Fault);
        Assert.Contains("Accept its licence at", e.Message);
        Assert.Contains("HF_TOKEN", e.Message);
        scene.Options = scene.Options with { Token = new(TestHub.Token) };
        await scene.DownloadAsync();
    }

    [Fact]
    public async Task A_wrong_token_is_told_and_not_shown()
    {
        await using HubScene scene = new();
        scene.Options = scene.Options with { Token = new("hf_wrong") };
        scene.Server.Hub.Fault = request => TestHub.Unauthorized(request);
        HubException e = await scene.FailAsync();
        Assert.Equal(HubFault.Denied, e.Fault);
        Assert.Contains("does not know the token", e.Message);
        Assert.DoesNotContain("hf_wrong", e.ToString());
    }

    [Fact]
    public async Task An_index_with_files_that_are_not_there_is_refused_with_their_names()
    {
        await using HubScene scene = new();
        scene.Repository.Commit([
            ("model.safetensors.index.json", HubScene.Index("a-1.safetensors", "../x.safetensors", "gone.safetensors")),
        ]);
        HubException e = await scene.FailAsync();
        Assert.Contains("names 2 files that the repository does not have", e.Message);
        Assert.Contains("gone.safetensors", e.Message);
    }

    [Fact]
    public async Task A_repository_without_safetensors_tells_what_it_has()
    {
        await using HubScene scene = new();
        scene.Server.Add("org/old").Commit([("config.json", "{}"u8.ToArray()), ("pytorch_model.bin", [1])]);
        Assert.Contains("pytorch_model.bin", (await scene.FailAsync(HubReference.TryParse("org/old"))).Message);
        scene.Server.Add("org/data").Commit([("data.csv", "{}"u8.ToArray())]);
        Assert.Contains("no config.json", (await scene.FailAsync(HubReference.TryParse("org/data"))).Message);
    }

    [Fact]
    public async Task A_hash_that_contradicts_the_list_is_refused_before_the_bytes()
    {
        await using HubScene scene = new();
        scene.Server.Hub.Fault = request =>
            request.Path.EndsWith("/a-1.safetensors")
                ? new Reply(302, [])
                {
                    Headers =
                    {
                        ["Location"] = $"{scene.Server.Storage.Address}x",
                        ["X-Linked-Etag"] = $"\"{new string('a', 64)}\"",
                    },
                }
                : null;
        HubException e = await scene.FailAsync();
        Assert.Equal(HubFault.BadAnswer, e.Fault);
        Assert.DoesNotContain(scene.Server.Storage.Requests, request => request.Path == "/x");
    }

    [Fact]
    public async Task Without_a_network_the_cache_serves_and_says_so()
    {
        await using HubScene scene = new();
        await scene.DownloadAsync();
        scene.Options = scene.Options with { Endpoint = NobodyListens() };
        HubSnapshot snapshot = await scene.DownloadAsync();
        Assert.Equal(scene.Commit, snapshot.Commit);
        Assert.Contains("cannot be reached", snapshot.Notice);
        Assert.Contains(scene.Commit, snapshot.Notice);
    }

    [Fact]
    public async Task Without_a_network_and_without_a_cache_the_host_that_was_tried_is_named()
    {
        await using HubScene scene = new();
        scene.Options = scene.Options with { Endpoint = NobodyListens() };
        HubException e = await scene.FailAsync();
        Assert.Equal(HubFault.Unreachable, e.Fault);
        Assert.Contains($"tried {scene.Options.Endpoint.GetLeftPart(UriPartial.Authority)}", e.Message);
        Assert.Contains("nothing of this revision is there", e.Message);
    }

    [Fact]
    public async Task Offline_what_is_missing_is_listed_and_nobody_is_asked()
    {
        await using HubScene scene = new();
        HubSnapshot snapshot = await scene.DownloadAsync();
        File.Delete(Path.Combine(snapshot.Path, "a-2.safetensors"));
        await File.WriteAllTextAsync(Path.Combine(scene.Cache, "blobs", LargePath(scene)), "cut");
        scene.Options = scene.Options with { Offline = true };
        scene.Forget();
        HubException e = await scene.FailAsync();
        Assert.Equal(HubFault.NotCached, e.Fault);
        Assert.Contains("files are missing: a-1.safetensors, a-2.safetensors", e.Message);
        Assert.Empty(scene.Server.Hub.Requests);
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_is_named()
    {
        await using HubScene scene = new();
        await File.WriteAllTextAsync(scene["file"], "");
        scene.Options = scene.Options with { CacheFolder = scene["file"] };
        BadFileException e = await Assert.ThrowsAsync<BadFileException>(() => scene.DownloadAsync());
        Assert.Equal(scene["file"], e.Path);
    }

    private static void Leave(HubScene scene, byte[] bytes)
    {
        string path = Path.Combine(scene.Cache, "blobs", $"{LargePath(scene)}.incomplete");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    /// <summary>The command, in a process of its own, that downloads the model; what it says of the made-up weights does not matter.</summary>
    private static Process Command(HubScene scene)
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "megatron-bridge"))
        {
            ArgumentList = { "inspect", HubScene.Id },
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["HF_ENDPOINT"] = scene.Server.Hub.Address.AbsoluteUri,
                ["HF_HUB_CACHE"] = scene.Options.CacheFolder,
                ["HF_HOME"] = scene["home"],
                ["HF_HUB_OFFLINE"] = "0",
            },
        };
        return Process.Start(start)!;
    }

    private static Uri NobodyListens()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }
}
