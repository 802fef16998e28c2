using MegatronBridge.Cli;
using MegatronBridge.Tests.Bridge.Adapters;
using MegatronBridge.Tests.Bridge.Hub.Server;

namespace MegatronBridge.Tests.Cli.Verbs;

/// <summary>Verbs that are given a model by its name on the Hub.</summary>
public sealed class HubModelTests
{
    [Fact]
    public async Task A_model_is_imported_by_its_name_and_exported_with_what_the_cache_has_of_it()
    {
        using SampleModel model = new();
        await using TestHub hub = new();
        hub.Add("org/tiny", model.Hf);
        CommandRun import = await RunAsync(
            model,
            hub,
            "import",
            "--hf-model",
            "org/tiny",
            "--megatron-path",
            model["m"]
        );
        Assert.Equal((ExitCode.Done, ""), (import.ExitCode, import.Error));
        string config = await File.ReadAllTextAsync(model["m/iter_0000000/run_config.yaml"]);
        Assert.Contains("hf_model_id: org/tiny\n", config);
        Assert.DoesNotContain("snapshots", config);
        CommandRun compare = await RunAsync(model, hub, "compare", "org/tiny", model["m"], "--offline");
        Assert.Equal((ExitCode.Done, ""), (compare.ExitCode, compare.Error));

        int before = hub.Hub.Requests.Count;
        CommandRun export = await RunAsync(
            model,
            hub,
            "export",
            "--megatron-path",
            model["m"],
            "--hf-path",
            model["again"]
        );
        Assert.Equal((ExitCode.Done, ""), (export.ExitCode, export.Error));
        Assert.Equal(before, hub.Hub.Requests.Count);
        foreach (string name in Directory.EnumerateFiles(model.Hf).Select(file => Path.GetFileName(file)!))
        {
            Assert.True(File.Exists(Path.Combine(model["again"], name)), name);
            Assert.Null(new FileInfo(Path.Combine(model["again"], name)).LinkTarget);
        }

        CommandRun same = await CommandRun.OfAsync("compare", model.Hf, model["again"]);
        Assert.Equal(ExitCode.Done, same.ExitCode);
    }

    [Fact]
    public async Task Adapters_take_their_base_by_its_name()
    {
        using SampleModel folder = new();
        using AdapterSample sample = new("llama-lora");
        await using TestHub hub = new();
        hub.Add("org/base", await sample.WriteBaseAsync());
        (string from, string peft, string megatron, string merged) = (
            sample.Megatron,
            sample["peft"],
            sample["megatron"],
            sample["merged"]
        );
        string[][] calls =
        [
            ["adapter", "export", "--megatron-path", from, "--hf-path", peft, "--hf-model", "org/base"],
            ["adapter", "import", "--hf-adapter", peft, "--base", "org/base@main", "--megatron-path", megatron],
            ["adapter", "merge", "--adapter", megatron, "--base", "org/base", "--output", merged],
        ];
        foreach (string[] call in calls)
        {
            CommandRun run = await RunAsync(folder, hub, call);
            Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
            Assert.Contains("LlamaForCausalLM", run.Out);
        }

        Assert.Contains("\"org/base\"", await File.ReadAllTextAsync(Path.Combine(peft, "adapter_config.json")));
        Assert.Equal(AdapterSample.CheckpointTensors(from), AdapterSample.CheckpointTensors(megatron));
        CommandRun none = await RunAsync(folder, hub, [.. calls[1][..^3], "org/none", "--megatron-path", sample["x"]]);
        Assert.Equal(ExitCode.BadInput, none.ExitCode);
        Assert.Contains("org/none", none.Error);
    }

    [Fact]
    public async Task A_revision_chooses_the_commit()
    {
        using SampleModel model = new();
        await using TestHub hub = new();
        TestRepository repository = hub.Add("org/tiny", model.Hf);
        string first = repository.Branches["main"];
        string shard = Path.GetFileName(Directory.GetFiles(model.Hf, "*.safetensors")[0]);
        repository.Commit([(shard, "no safetensors"u8.ToArray())]);
        Assert.Equal(ExitCode.BadInput, (await RunAsync(model, hub, "inspect", "org/tiny", "--summary")).ExitCode);
        Assert.Equal(ExitCode.Done, (await RunAsync(model, hub, "inspect", $"org/tiny@{first}")).ExitCode);
        Assert.Equal(ExitCode.Done, (await RunAsync(model, hub, "inspect", "org/tiny", "--revision", first)).ExitCode);
    }

    [Fact]
    public async Task Offline_the_cache_must_have_the_model()
    {
        using SampleModel model = new();
        await using TestHub hub = new();
        hub.Add("org/tiny", model.Hf);
        string[] roundtrip = ["roundtrip", "--hf-model", "org/tiny", "--cache-dir", model["other"]];
        CommandRun missing = await RunAsync(model, hub, [.. roundtrip, "--offline"]);
        Assert.Equal(ExitCode.BadInput, missing.ExitCode);
        Assert.Contains("There is no folder org/tiny.", missing.Error);
        Assert.Contains("--offline", missing.Error);
        Assert.Contains(model["other"], missing.Error);
        Assert.Empty(hub.Hub.Requests);

        Assert.Equal(ExitCode.Done, (await RunAsync(model, hub, roundtrip)).ExitCode);
        Assert.Equal(ExitCode.Done, (await RunAsync(model, hub, [.. roundtrip, "--offline"])).ExitCode);
        Assert.True(Directory.Exists(model["other/models--org--tiny/snapshots"]));
    }

    [Fact]
    public async Task A_Hub_that_is_down_is_told_when_the_cache_serves_instead()
    {
        using SampleModel model = new();
        await using TestHub hub = new();
        hub.Add("org/tiny", model.Hf);
        await RunAsync(model, hub, "inspect", "org/tiny");
        hub.Hub.Fault = _ => Reply.Text("", "text/plain", 503);
        CommandRun run = await RunAsync(model, hub, "inspect", "org/tiny", "--json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("is out of order (status 503)", run.Error);
        Assert.Equal(21, run.Json.GetProperty("tensors").GetArrayLength());
    }

    [Fact]
    public async Task What_is_neither_a_folder_nor_on_the_Hub_is_told_as_both()
    {
        using SampleModel model = new();
        await using TestHub hub = new();
        CommandRun run = await RunAsync(
            model,
            hub,
            ["import", "--hf-model", "org/none", "--megatron-path", model["m"], "--json"]
        );
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("There is no folder org/none. As a model of the Hub: ", run.Error);
        Assert.Equal("hub", run.Json.GetProperty("error").GetProperty("kind").GetString());
        Assert.Equal("NotFound", run.Json.GetProperty("error").GetProperty("fault").GetString());
        Assert.False(Directory.Exists(model["m"]));
    }

    [Fact]
    public async Task A_target_that_may_not_be_written_is_refused_before_anything_is_fetched()
    {
        using SampleModel model = new();
        await using TestHub hub = new();
        hub.Add("org/tiny", model.Hf);
        Directory.CreateDirectory(model["m/mine"]);
        CommandRun run = await RunAsync(model, hub, "import", "--hf-model", "org/tiny", "--megatron-path", model["m"]);
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Empty(hub.Hub.Requests);
    }

    [Fact]
    public async Task A_revision_of_a_folder_makes_no_sense()
    {
        using SampleModel model = new();
        CommandRun run = await CommandRun.OfAsync("inspect", model.Hf, "--revision", "main");
        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("is a local file or folder", run.Error);
    }

    private static Task<CommandRun> RunAsync(SampleModel model, TestHub hub, params string[] args) =>
        CommandRun.OfAsync(
            args,
            name =>
                name switch
                {
                    "HF_ENDPOINT" => hub.Hub.Address.AbsoluteUri,
                    "HF_HOME" => model["home"],
                    _ => null,
                }
        );
}
