using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Hub;
using MegatronBridge.Layout;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Comparison;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Bridge.Hub.Server;
using MegatronBridge.Tests.Cli;

namespace MegatronBridge.Tests.Bridge;

/// <summary>Whole checkpoints through the bridge, file to file.</summary>
public sealed class AutoBridgeCheckpointTests : IDisposable
{
    private readonly SampleModel _sample = new();

    private string Megatron => _sample["megatron"];

    private string Again => _sample["again"];

    [Fact]
    public async Task A_model_goes_to_Megatron_and_back()
    {
        ConversionReport import = await AutoBridge.ImportCheckpointAsync(_sample.Hf, Megatron);
        Assert.Equal("LlamaForCausalLM", import.Architecture);
        Assert.Equal("0", await File.ReadAllTextAsync(Path.Combine(Megatron, "latest_checkpointed_iteration.txt")));

        using AutoBridge bridge = AutoBridge.FromHfPretrained(_sample.Hf);
        ConversionReport export = await bridge.ExportCheckpointAsync(Megatron, Again);
        Assert.Empty(export.Ignored);
        await AssertSameAsync(_sample.Hf, Again);
        Assert.Equal(Names(_sample.Hf), Names(Again));
    }

    [Fact]
    public async Task An_import_takes_layout_type_and_fields()
    {
        await AutoBridge.ImportCheckpointAsync(
            new ImportOptions
            {
                HfModel = _sample.Hf,
                MegatronPath = Megatron,
                Sizes = new() { Tp = 2, Pp = 2 },
                Settings = [new("should_pad_vocab", "true")],
            },
            new() { DType = DType.F32 }
        );
        using MegatronCheckpoint checkpoint = MegatronCheckpoint.Open(Megatron);
        Assert.Equal(2, checkpoint.RecordedSizes()!.Tp);
        Assert.True(checkpoint.Provider()!.ShouldPadVocab);
        Assert.Equal(DType.F32, checkpoint.Find("embedding.word_embeddings.weight")!.DType);
    }

    [Fact]
    public async Task A_bridge_of_a_config_gives_the_export_what_the_checkpoint_does_not_say()
    {
        await AutoBridge.ImportCheckpointAsync(_sample.Hf, Megatron);
        HfConfig config = AutoConfig.FromPretrained(_sample.Hf);
        config.Json["bos_token_id"] = 77; // which no checkpoint of Megatron has
        using AutoBridge bridge = AutoBridge.FromHfConfig(config);
        await bridge.ExportCheckpointAsync(Megatron, Again);
        Assert.Equal(77, AutoConfig.FromPretrained(Again).Integer("bos_token_id"));
        await AssertSameAsync(_sample.Hf, Again, sameFiles: false);
    }

    [Fact]
    public async Task A_checkpoint_of_another_model_is_refused()
    {
        await AutoBridge.ImportCheckpointAsync(_sample.Hf, Megatron);
        _sample.Edit("config.json", "LlamaForCausalLM", "Qwen3ForCausalLM");
        using AutoBridge bridge = AutoBridge.FromHfConfig(AutoConfig.FromPretrained(_sample.Hf));
        MappingException e = await Assert.ThrowsAsync<MappingException>(() =>
            bridge.ExportCheckpointAsync(Megatron, Again)
        );
        Assert.Contains(
            "decoder.layers.self_attention.q_layernorm.weight [8] belongs to Qwen3ForCausalLM, but the model has no such parameter.",
            e.Message,
            StringComparison.Ordinal
        );
        Assert.False(Directory.Exists(Again));
    }

    [Fact]
    public async Task A_layout_that_does_not_divide_is_refused_before_anything_is_written()
    {
        InvalidConfigException e = await Assert.ThrowsAsync<InvalidConfigException>(() =>
            AutoBridge.ImportCheckpointAsync(
                new ImportOptions
                {
                    HfModel = _sample.Hf,
                    MegatronPath = Megatron,
                    Sizes = new() { Tp = 3 },
                }
            )
        );
        Assert.Contains(
            "num_attention_heads (4) must be a multiple of tensor_model_parallel_size (3)",
            e.Message,
            StringComparison.Ordinal
        );
        Assert.False(Directory.Exists(Megatron));
    }

    [Fact]
    public async Task Progress_is_told_and_a_cancelled_import_leaves_nothing()
    {
        Counter progress = new();
        await AutoBridge.ImportCheckpointAsync(_sample.Hf, Megatron, progress: progress);
        Assert.True(progress.Last.DoneBytes > 0);
        Assert.Equal(progress.Last.TotalBytes, progress.Last.DoneBytes);
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            AutoBridge.ImportCheckpointAsync(_sample.Hf, _sample["other"], cancellation: cancelled.Token)
        );
        Assert.False(Directory.Exists(_sample["other"]));
    }

    [Fact]
    public async Task A_model_is_pushed_to_the_Hub()
    {
        await using TestHub server = new();
        HubOptions hub = new()
        {
            Endpoint = server.Hub.Address,
            CacheFolder = _sample["cache"],
            Token = new HubToken(TestHub.Token),
        };
        using AutoBridge bridge = AutoBridge.FromHfPretrained(_sample.Hf, new() { Hub = hub });
        PushResult pushed = await bridge.PushToHubAsync(_sample.Hf, "org/pushed");
        Assert.NotEmpty(pushed.Commit);
        using AutoBridge again = await AutoBridge.FromHfPretrainedAsync("org/pushed", new() { Hub = hub });
        Assert.Equal(bridge.HfConfig.ToString(), again.HfConfig.ToString());
    }

    public void Dispose() => _sample.Dispose();

    internal static async Task AssertSameAsync(string left, string right, bool sameFiles = true)
    {
        using HfFolder original = HfFolder.Open(left);
        using HfFolder again = HfFolder.Open(right);
        ComparisonResult result = await SourceComparison.RunAsync(original, again, TransferOptions.Default);
        Assert.Empty(result.Differences);
        if (sameFiles)
        {
            Assert.Equal(original.Weights.FileNames, again.Weights.FileNames);
        }
    }

    private static IEnumerable<string?> Names(string folder) =>
        Directory.GetFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private sealed class Counter : IProgress<TransferProgress>
    {
        public TransferProgress Last { get; private set; }

        public void Report(TransferProgress value) => Last = value;
    }
}
