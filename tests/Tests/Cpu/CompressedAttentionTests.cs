using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Cpu;
using MegatronBridge.Cpu.Verification;
using MegatronBridge.Layout;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Cpu;

/// <summary>A DeepSeek V4 with all kinds of layers, from a folder, in layouts that Megatron has not, and in passes that end anywhere.</summary>
public sealed class CompressedAttentionTests : IDisposable
{
    private const string Name = "deepseek_v4-all";

    private readonly string _folder = Directory.CreateTempSubdirectory("megatron-bridge-").FullName;

    private string Hf => Path.Combine(_folder, "hf");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(2, 1, 1, false)]
    [InlineData(2, 1, 1, true)]
    [InlineData(4, 1, 1, true)]
    [InlineData(1, 2, 1, false)]
    [InlineData(2, 2, 1, false)]
    [InlineData(2, 2, 1, true)]
    [InlineData(1, 1, 2, false)]
    [InlineData(2, 1, 2, true)]
    [InlineData(1, 5, 1, false)]
    public async Task On_all_ranks_the_logits_are_those_of_transformers(int tp, int pp, int ep, bool isSequenceParallel)
    {
        GoldenLogits golden = await WriteAsync();
        ParallelSizes sizes = new()
        {
            Tp = tp,
            Pp = pp,
            Ep = ep,
        };
        using ModelFolder folder = ModelFolder.Open(Hf, sizes);
        folder.Provider.SequenceParallel = isSequenceParallel;
        RankWorld.Run(
            sizes.WorldSize,
            rank =>
            {
                using CpuModel model = folder.Load(new(rank, sizes), threads: 1);
                golden.AssertEqual(model.Forward(golden.Tokens));
            }
        );
    }

    [Theory]
    [InlineData("activation_func_clamp_value", 10.0)]
    [InlineData("csa_compress_rotary_base", 80000.0)]
    [InlineData("csa_window_size", 17L)]
    [InlineData("dsa_indexer_topk", 9L)]
    [InlineData("mhc_sinkhorn_iterations", 2L)]
    [InlineData("rotary_base", 20000.0)]
    [InlineData("rotary_scaling_factor", 2.0)]
    public async Task Each_field_of_the_config_counts(string field, object value)
    {
        GoldenLogits golden = await WriteAsync();
        using ModelFolder folder = ModelFolder.Open(Hf);
        Logits right = Forward(golden.Tokens);
        folder.Provider[field] = value is long whole ? (ConfigValue)whole : (double)value;
        Logits wrong = Forward(golden.Tokens);
        Assert.InRange(NumberDifference.Of(right.Values, wrong.Values).Relative, 1e-3, 1);

        Logits Forward(int[] tokens)
        {
            using CpuModel model = folder.Load();
            return model.Forward(tokens.AsMemory(0, 200));
        }
    }

    [Fact]
    public async Task A_vocabulary_that_does_not_divide_is_padded()
    {
        (GoldenManifest manifest, GoldenLogits golden) = LongerLogitsTests.Load("deepseek_v4"); // of 177 tokens
        await GoldenFolder.WriteAsync(manifest, Hf);
        ParallelSizes sizes = new() { Tp = 2 };
        using ModelFolder folder = ModelFolder.Open(Hf, sizes);
        RankWorld.Run(
            sizes.WorldSize,
            rank =>
            {
                using CpuModel model = folder.Load(new(rank, sizes), threads: 1);
                golden.AssertEqual(model.Forward(golden.Tokens));
            }
        );
    }

    [Fact]
    public async Task More_ranks_than_groups_of_heads_are_refused()
    {
        await WriteAsync();
        ParallelSizes sizes = new() { Tp = 8 };
        using ModelFolder folder = ModelFolder.Open(Hf, sizes);
        UnsupportedModelException refused = Assert.Throws<UnsupportedModelException>(() =>
            RankWorld.Run(sizes.WorldSize, rank => folder.Load(new(rank, sizes), threads: 1))
        );
        Assert.Contains("8 heads in 4 groups (o_groups)", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 2, 3, 5, 7, 109, 1, 127, 4, 1, 128)]
    [InlineData(130, 1, 1, 1, 3, 124, 128)]
    [InlineData(16, 16, 17, 207, 132)]
    public async Task Wherever_passes_end_the_logits_are_the_same(params int[] counts)
    {
        GoldenLogits golden = await WriteAsync();
        using ModelFolder folder = ModelFolder.Open(Hf);
        using CpuModel model = folder.Load();
        Logits whole = model.Forward(golden.Tokens);
        using SequenceState state = new(DType.F32);
        int done = 0;
        foreach (int count in counts)
        {
            Logits part = model.Forward(golden.Tokens.AsMemory(done, count), state);
            for (int i = 0; i < part.Values.Length; i++)
            {
                Assert.Equal(whole.Values[(done * whole.Vocabulary) + i], part.Values[i], 1e-4f);
            }

            done += count;
        }

        Assert.Equal(golden.Tokens.Length, done);
    }

    [Fact]
    public async Task A_sequence_keeps_a_window_and_compressed_tokens_only()
    {
        GoldenLogits golden = await WriteAsync();
        using ModelFolder folder = ModelFolder.Open(Hf);
        using CpuModel model = folder.Load();
        using SequenceState state = new();
        model.Forward(golden.Tokens, state);
        long before = state.ByteCount;
        for (int i = 0; i < 5; i++)
        {
            model.Forward(golden.Tokens, state, new() { OnlyLast = true });
        }

        // Two layers keep a quarter of the tokens, keys of 32 and of 16 numbers, and two a 128th, of 32: in BF16, rounded up to pages.
        int more = 5 * golden.Tokens.Length;
        long needed = sizeof(ushort) * ((2 * more / 4 * (32 + 16)) + (2 * more / 128 * 32));
        Assert.InRange(state.ByteCount - before, needed * 3 / 4, needed * 2); // all keys would be six times as much
    }

    [Fact]
    public async Task In_the_type_of_the_weights_keys_are_nearly_the_same()
    {
        GoldenLogits golden = await WriteAsync();
        using ModelFolder folder = ModelFolder.Open(Hf);
        using CpuModel model = folder.Load();
        using SequenceState state = new();
        Logits exact = model.Forward(golden.Tokens.AsMemory(0, 100));
        Logits rounded = model.Forward(golden.Tokens.AsMemory(0, 100), state);
        for (int token = 0; token < exact.Tokens; token++)
        {
            double cosine = NumberDifference.Of(exact[token], rounded[token]).Cosine;
            Assert.InRange(cosine, 0.95, 1 - 1e-9); // rounded keys may choose other groups
        }
    }

    [Fact]
    public async Task A_conversion_is_verified_layer_by_layer()
    {
        GoldenLogits golden = await WriteAsync();
        ImportOptions options = new()
        {
            HfModel = Hf,
            MegatronPath = Path.Combine(_folder, "megatron"),
            Sizes = new() { Pp = 2, Ep = 2 },
        };
        using (Importer importer = Importer.Open(options))
        {
            await importer.RunAsync(cancellation: TestContext.Current.CancellationToken);
        }

        using ModelFolder left = ModelFolder.Open(Hf);
        using ModelFolder right = ModelFolder.Open(options.MegatronPath);
        ModelDifference found = ModelVerifier.Run(left, right, golden.Tokens.AsMemory(0, 140), withLayers: true);
        Assert.Equal((140, 0.0), (found.SameNext, found.LargestRelative));
        Assert.Equal(1 + (5 * 3), found.Hidden.Count);
        Assert.Null(found.FirstParting(0));
    }

    [Theory]
    [InlineData(".self_attn.compressor.kv_proj.weight", "self_attention")]
    [InlineData(".self_attn.compressor.indexer.position_bias", "self_attention")]
    [InlineData(".attn_hc.fn", "self_attention")]
    [InlineData(".ffn_hc.base", "mlp")]
    public async Task What_is_broken_is_found_in_its_layer_and_part(string ending, string part)
    {
        GoldenLogits golden = await WriteAsync();
        string wrong = Path.Combine(_folder, "wrong");
        await WriteAsync(
            wrong,
            (name, tensor) =>
                name == "model.layers.3" + ending ? new RuleTensor("another", tensor.DType, tensor.Shape) : tensor
        );
        using ModelFolder left = ModelFolder.Open(Hf);
        using ModelFolder right = ModelFolder.Open(wrong);
        ModelDifference found = ModelVerifier.Run(left, right, golden.Tokens.AsMemory(0, 200), withLayers: true);
        HiddenDifference parting = Assert.IsType<HiddenDifference>(found.FirstParting(1e-6));
        Assert.Equal((3, part), (parting.Layer, parting.Part));
    }

    [Fact]
    public async Task A_table_with_experts_that_there_are_not_is_refused()
    {
        string wrong = Path.Combine(_folder, "wrong");
        await WriteAsync(
            wrong,
            (name, tensor) =>
                name.EndsWith("1.mlp.gate.tid2eid", StringComparison.Ordinal)
                    ? new RuleTensor(name, tensor.DType, tensor.Shape)
                    : tensor
        );
        using ModelFolder folder = ModelFolder.Open(wrong);
        MappingException refused = Assert.Throws<MappingException>(() => folder.Load());
        Assert.Contains(
            "decoder.layers.1.mlp.router.tid2eid sends token 0 to expert",
            refused.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Embeddings_without_tokens_are_refused()
    {
        await WriteAsync();
        using ModelFolder folder = ModelFolder.Open(Hf);
        using CpuModel model = folder.Load();
        ArgumentException refused = Assert.Throws<ArgumentException>(() =>
            model.Forward(new int[] { -1 }, options: new() { Embeddings = new float[64] })
        );
        Assert.Contains("chooses experts by the tokens", refused.Message, StringComparison.Ordinal);
    }

    private async Task<GoldenLogits> WriteAsync(
        string? folder = null,
        Func<string, TensorView, TensorView>? change = null
    )
    {
        (GoldenManifest manifest, GoldenLogits golden) = LongerLogitsTests.Load(Name);
        await GoldenFolder.WriteAsync(manifest, folder ?? Hf, change);
        return golden;
    }
}
