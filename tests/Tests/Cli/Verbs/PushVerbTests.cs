using System.Text.Json;
using MegatronBridge.Cli;
using MegatronBridge.Tests.Bridge.Hub.Server;

namespace MegatronBridge.Tests.Cli.Verbs;

public sealed class PushVerbTests
{
    private const string Id = "me/tiny";

    [Fact]
    public async Task A_dry_run_tells_what_a_push_then_does()
    {
        using SampleModel model = new();
        await using TestHub hub = new();
        string[] command = ["push", "--model", model.Hf, "--repo-id", Id, "--private"];
        CommandRun dry = await RunAsync(model, hub, [.. command, "--dry-run", "--json"]);
        Assert.Equal((ExitCode.Done, ""), (dry.ExitCode, dry.Error));
        Assert.True(dry.Json.GetProperty("new_repository").GetBoolean());
        Assert.Empty(hub.Repositories);
        Assert.DoesNotContain(hub.Hub.Requests, request => request.Method != "GET");

        CommandRun push = await RunAsync(model, hub, [.. command, "--json"]);
        Assert.Equal((ExitCode.Done, ""), (push.ExitCode, push.Error));
        Assert.True(hub.Repositories[Id].IsPrivate);
        Assert.Equal(hub.Repositories[Id].Branches["main"], push.Json.GetProperty("commit").GetString());
        Assert.Equal(
            dry.Json.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("name").GetString()),
            push.Json.GetProperty("changed").EnumerateArray().Select(path => path.GetString())
        );

        await File.WriteAllTextAsync(Path.Combine(model.Hf, "README.md"), "# Tiny");
        CommandRun again = await RunAsync(model, hub, [.. command, "--dry-run", "--json"]);
        JsonElement only = Assert.Single(again.Json.GetProperty("files").EnumerateArray());
        Assert.Equal("README.md", only.GetProperty("name").GetString());
        Assert.False(again.Json.GetProperty("new_repository").GetBoolean());
        CommandRun text = await RunAsync(model, hub, command);
        Assert.Contains($"Pushed 1 files to {Id}", text.Out, StringComparison.Ordinal);
        Assert.Contains("There already: config.json", text.Out, StringComparison.Ordinal);
        Assert.Contains("Nothing is new", (await RunAsync(model, hub, command)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_branch_and_a_message_can_be_named_and_what_was_pushed_can_be_used()
    {
        using SampleModel model = new();
        await using TestHub hub = new();
        string[] command =
        [
            "push",
            "--model",
            model.Hf,
            "--repo-id",
            Id,
            "--revision",
            "trial",
            "--message",
            "First try",
        ];
        CommandRun dry = await RunAsync(model, hub, [.. command, "--dry-run"]);
        Assert.Contains("making it and the branch", dry.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, (await RunAsync(model, hub, command)).ExitCode);
        Assert.Contains("trial", hub.Repositories[Id].Branches.Keys);
        Request commit = hub.Hub.Requests.Single(request => request.Path.Contains("/commit/"));
        Assert.Contains("First try", System.Text.Encoding.UTF8.GetString(commit.Body), StringComparison.Ordinal);
        CommandRun branch = await RunAsync(model, hub, [.. command[..5], "--revision", "other", "--dry-run", "--json"]);
        Assert.True(branch.Json.GetProperty("new_branch").GetBoolean());
        CommandRun same = await RunAsync(model, hub, "compare", model.Hf, $"{Id}@trial");
        Assert.Equal(ExitCode.Done, same.ExitCode);
    }

    [Fact]
    public async Task What_shall_be_private_is_not_pushed_where_everybody_reads_it()
    {
        using SampleModel model = new();
        await using TestHub hub = new();
        hub.Add(Id).Commit([("README.md", "x"u8.ToArray())]);
        string[] command = ["push", "--model", model.Hf, "--repo-id", Id];
        foreach (
            string[] more in (string[][])
                [
                    ["--private"],
                    ["--private", "--dry-run"],
                ]
        )
        {
            CommandRun run = await RunAsync(model, hub, [.. command, .. more]);
            Assert.Equal(ExitCode.BadInput, run.ExitCode);
            Assert.Contains("everybody may read", run.Error, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(hub.Hub.Requests, request => request.Path.Contains("/commit/"));
        Assert.Equal(ExitCode.Done, (await RunAsync(model, hub, command)).ExitCode);
    }

    [Theory]
    [InlineData(2, "must be org/name", "--repo-id", "not a name")]
    [InlineData(2, "a push needs org/name", "--repo-id", "alone")]
    [InlineData(2, "Give --private or --public", "--repo-id", Id, "--private", "--public")]
    [InlineData(3, "the folder does not exist", "--repo-id", Id, "--model", "no-such-folder")]
    public async Task Wrong_arguments_are_refused(int code, string message, params string[] options)
    {
        using SampleModel model = new();
        await using TestHub hub = new();
        string[] folder = options.Contains("--model") ? [] : ["--model", model.Hf];
        CommandRun run = await RunAsync(model, hub, ["push", .. folder, .. options]);
        Assert.Equal(code, (int)run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Empty(hub.Hub.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--dry-run")]
    public async Task Without_a_token_or_a_network_nothing_is_asked(string option)
    {
        using SampleModel model = new();
        await using TestHub hub = new();
        string[] command =
        [
            "push",
            "--model",
            model.Hf,
            "--repo-id",
            Id,
            .. option.Length > 0 ? [option] : Array.Empty<string>(),
        ];
        CommandRun run = await CommandRun.OfAsync(
            command,
            name =>
                name == "HF_ENDPOINT" ? hub.Hub.Address.AbsoluteUri
                : name == "HF_HOME" ? model["home"]
                : null
        );
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("HF_TOKEN", run.Error, StringComparison.Ordinal);
        CommandRun offline = await CommandRun.OfAsync(command);
        Assert.Contains("the network is not used", offline.Error, StringComparison.Ordinal);
        Assert.Empty(hub.Hub.Requests);
    }

    private static Task<CommandRun> RunAsync(SampleModel model, TestHub hub, params string[] args) =>
        CommandRun.OfAsync(
            args,
            name =>
                name switch
                {
                    "HF_ENDPOINT" => hub.Hub.Address.AbsoluteUri,
                    "HF_HOME" => model["home"],
                    "HF_TOKEN" => TestHub.Token,
                    _ => null,
                }
        );
}
