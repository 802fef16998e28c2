using System.Text.RegularExpressions;
using MegatronBridge.Config;
using MegatronBridge.Guide;
using MegatronBridge.Hub;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Tests.Bridge.Families;
using MegatronBridge.Tests.Bridge.Hub.Server;
using MegatronBridge.Tests.Storage.Files;
using Microsoft.Extensions.Logging;

namespace MegatronBridge.Tests.Docs;

/// <summary>Every snippet of the guide is a part of samples/Guide, which sees what users see, and runs.</summary>
[Collection(nameof(WithoutOthers))] // one of them registers a family for the process
public sealed partial class GuidePageTests : IDisposable
{
    private static readonly string Model = Path.Combine(Repository.Root, "samples", "tiny-llama");
    private readonly TemporaryFolder _folder = new();
    private readonly TextWriter _console = Console.Out;

    public GuidePageTests() => Console.SetOut(TextWriter.Null); // to which the snippets print

    private string Work => _folder.Path;

    [Fact]
    public void Every_snippet_is_a_region_of_the_samples_and_every_region_is_on_the_page()
    {
        string[] snippets =
        [
            .. Snippets().Matches(Repository.Read("docs/guide.md")).Select(match => match.Groups[1].Value),
        ];
        Dictionary<string, string> regions = Directory
            .GetFiles(Path.Combine(Repository.Root, "samples", "Guide"), "*.cs")
            .SelectMany(path => Regions().Matches(File.ReadAllText(path)))
            .ToDictionary(
                match => match.Groups[2].Value,
                match => Dedent(match.Groups[3].Value, match.Groups[1].Value)
            );
        Assert.True(snippets.Length > 15);
        foreach ((string name, string region) in regions)
        {
            Assert.True(snippets.Contains(region), $"The guide does not show the region {name}:\n{region}");
        }

        Assert.Equal(regions.Values.Order(StringComparer.Ordinal), snippets.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Models_are_loaded()
    {
        Loading.Basic(Model);
        Loading.Supported(Model);
        Loading.ConfigOnly(Model);
        Loading.Errors(Model);
        Record log = new();
        Loading.WithOptions(Model, log);
        Assert.Contains(log.Lines, line => line.Contains("is a LlamaForCausalLM", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.StartsWith("Loading ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Models_come_from_the_Hub_and_go_to_it()
    {
        await using TestHub server = new();
        server
            .Add("org/model")
            .Commit([.. Directory.GetFiles(Model).Select(path => (Path.GetFileName(path), File.ReadAllBytes(path)))]);
        HubOptions hub = new()
        {
            Endpoint = server.Hub.Address,
            CacheFolder = _folder["cache"],
            Token = new(TestHub.Token),
        };
        await Loading.FromHub(hub, new Progress<TransferProgress>(), default);
        await Extending.Push(Model, hub);
        Assert.True(AutoBridge.CanHandle("org/finetuned", new HfLoadOptions { Hub = hub }));
    }

    [Fact]
    public void An_unsupported_model_is_told()
    {
        Directory.CreateDirectory(_folder["other"]);
        File.WriteAllText(Path.Combine(_folder["other"], "config.json"), """{"architectures": ["Other"]}""");
        Loading.Errors(_folder["other"]);
    }

    [Fact]
    public void Mappings_are_looked_up()
    {
        Inspecting.Registry(Model);
        Inspecting.Tasks(Model);
    }

    [Fact]
    public async Task Checkpoints_are_converted()
    {
        await Converting.ThereAndBack(Model, Work);
        await Converting.WithLayout(Model, Work, default);
        await AssertSameAsync(_folder["again"]);
        Assert.True(File.Exists(Path.Combine(_folder["megatron-tp2pp2"], "iter_0000000", "__3_0.distcp")));
    }

    [Fact]
    public void Models_are_built()
    {
        Building.OnRanks(Model);
        Building.Fields(Model);
        Building.Hooks(Model);
        Building.RandomWeights(Model);
        Building.OtherWeights(Model, Model);
    }

    [Fact]
    public async Task Models_are_saved_and_loaded_in_another_layout()
    {
        Exporting.Save(Model, Work);
        Exporting.Load(Model, Work);
        await AssertSameAsync(_folder["finetuned"]);
        await AssertSameAsync(_folder["loaded"]);
    }

    [Fact]
    public void Weights_are_streamed()
    {
        using AutoBridge bridge = AutoBridge.FromHfPretrained(Model);
        RankWorld.Run(
            2,
            rank =>
            {
                ModelProvider provider = bridge.ToMegatronProvider();
                provider.TensorModelParallelSize = 2;
                provider.InitializeModelParallel(rank);
                IReadOnlyList<MegatronModel> models = provider.ProvideDistributedModel(new() { WrapWithDdp = false });
                Exporting.Stream(bridge, models);
                Exporting.Modes(bridge, models);
                Exporting.Order(bridge, models, default);
            }
        );
    }

    [Fact]
    public async Task Families_are_added()
    {
        await StableLmModel.WriteAsync(_folder["hf"]);
        Extending.ForOneBridge(_folder["hf"]);
        await Extending.ForTheProcess(_folder["hf"], Work);
        Assert.True(Directory.Exists(Path.Combine(_folder["stablelm"], "iter_0000000")));
    }

    public void Dispose()
    {
        Console.SetOut(_console);
        _folder.Dispose();
    }

    private static async Task AssertSameAsync(string folder)
    {
        using HfFolder original = HfFolder.Open(Model);
        using HfFolder again = HfFolder.Open(folder);
        var result = await MegatronBridge.Storage.Comparison.SourceComparison.RunAsync(
            original,
            again,
            TransferOptions.Default
        );
        Assert.Empty(result.Differences);
    }

    private static string Dedent(string text, string indent) =>
        string.Concat(
            text.Split('\n').SkipLast(1).Select(line => (line.Length > 0 ? line[indent.Length..] : line) + "\n")
        );

    [GeneratedRegex("^```csharp\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Snippets();

    [GeneratedRegex("^( *)#region (\\S+)\n(.*?)^ *#endregion", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Regions();

    private sealed class Record : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Lines.Add(formatter(state, exception));
    }
}
