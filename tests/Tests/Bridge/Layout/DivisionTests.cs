using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Ranks;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Layout;

/// <summary>Models that do not divide over ranks, and ranks that do not fit each other.</summary>
public sealed class DivisionTests
{
    [Fact]
    public void All_fields_that_do_not_divide_are_told_at_once()
    {
        ModelProvider provider = new GoldenCase("qwen3moe", "tp1pp1").Provider;
        provider.TensorModelParallelSize = 3; // 4 heads, 2 groups, 135 tokens
        provider.PipelineModelParallelSize = 4; // 2 layers
        provider.ExpertModelParallelSize = 3; // 4 experts
        provider.VocabSize = 134;

        InvalidConfigException fault = Assert.Throws<InvalidConfigException>(provider.Complete);

        string[] expected =
        [
            "num_attention_heads (4) must be a multiple of tensor_model_parallel_size (3)",
            "num_query_groups (2) must be a multiple or a divisor of tensor_model_parallel_size (3)",
            "num_moe_experts (4) must be a multiple of expert_model_parallel_size (3)",
            "The 2 layers do not divide over 4 pipeline ranks",
            "vocab_size (134) must be a multiple of tensor_model_parallel_size (3)",
        ];
        Assert.All(expected, text => Assert.Contains(text, fault.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Layers_of_a_rank_must_divide_into_virtual_stages()
    {
        ModelProvider provider = new GoldenCase("llama", "tp1pp1").Provider; // 4 layers
        (provider.PipelineModelParallelSize, provider.VirtualPipelineModelParallelSize) = (2, 3);
        InvalidConfigException fault = Assert.Throws<InvalidConfigException>(provider.Complete);
        Assert.Contains(
            "The 2 layers of each pipeline rank must be a multiple of virtual_pipeline_model_parallel_size (3)",
            fault.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(1, 1, null)]
    [InlineData(2, 1, "mamba_num_groups (1) must be a multiple of tensor_model_parallel_size (2)")]
    [InlineData(2, 3, "The Mamba heads (8) must be a multiple of mamba_num_groups (3)")]
    public void Mixers_are_shared_out_by_whole_groups(int tp, int groups, string? expected)
    {
        ModelProvider provider = new GoldenCase("nemotron_h", "tp1pp1").Provider;
        (provider.MambaNumHeads, provider.MambaNumGroups) = (8, groups);
        provider.TensorModelParallelSize = tp;
        provider.VocabSize = 160;
        Exception? fault = Record.Exception(provider.Complete);
        Assert.Equal(expected is null, fault is null);
        Assert.Contains(expected ?? "", fault?.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void All_matrices_that_do_not_divide_are_told_once_a_kind()
    {
        ModelProvider provider = new GoldenCase("qwen3moe", "tp1pp1").Provider;
        (provider.TensorModelParallelSize, provider.ExpertTensorParallelSize) = (4, 5);
        provider.MoeFfnHiddenSize = 32; // which 5 does not divide
        provider.VocabSize = 134; // which 4 does not divide
        ModelTable table = ModelTable.Build(provider);
        ParallelSizes sizes = new() { Tp = 4, Etp = 5 };
        string expected =
            "The layout does not fit the model: "
            + "embedding.word_embeddings.weight has 134 rows, which 4 tensor parallel ranks cannot share equally. "
            + "decoder.layers.0.mlp.experts.linear_fc1.weight0 has 32 rows, which 5 expert tensor parallel ranks cannot share equally. "
            + "So it is with 7 more of its kind. "
            + "decoder.layers.0.mlp.experts.linear_fc2.weight0 has 32 columns, which 5 expert tensor parallel ranks cannot share equally. "
            + "So it is with 7 more of its kind. "
            + "output_layer.weight has 134 rows, which 4 tensor parallel ranks cannot share equally.";

        Assert.Equal(expected, Assert.Throws<LayoutException>(() => table.RequireDivision(sizes)).Message);
        Assert.Equal(
            expected,
            Assert.Throws<LayoutException>(() => RankTable.Build(table, provider, sizes, default)).Message
        );
        Assert.Equal(
            expected,
            Assert.Throws<LayoutException>(() => MegatronShards.Of(table, _ => null!, sizes)).Message
        );
    }

    [Fact]
    public void Experts_that_do_not_divide_are_told_with_the_rest()
    {
        ModelProvider provider = new GoldenCase("qwen3moe", "tp1pp1").Provider;
        LayoutException fault = Assert.Throws<LayoutException>(() =>
            RankTable.Build(ModelTable.Build(provider), provider, new() { Ep = 3, Tp = 2 }, default)
        );
        Assert.Contains(
            "4 experts do not divide over 3 expert parallel ranks",
            fault.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("has 135 rows, which 2 tensor parallel ranks", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_config_of_another_layout_than_the_ranks_is_refused()
    {
        ModelProvider provider = new GoldenCase("llama", "tp2pp1").Provider;
        LayoutException fault = Assert.Throws<LayoutException>(() =>
            RankWorld.Run(2, world => MegatronModel.Build(provider, new(world, new() { Pp = 2 }), isMeta: true))
        );
        Assert.Contains("over TP 2, but the ranks are those of PP 2", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ranks_with_other_sizes_are_named()
    {
        CollectiveException fault = Assert.Throws<CollectiveException>(() =>
            RankWorld.Run(4, world => new ParallelState(world, new() { Tp = world.Rank == 2 ? 2 : 4 }))
        );
        Assert.Contains("ranks 0, 1, 3 would lay the model out over TP 4", fault.Message, StringComparison.Ordinal);
        Assert.Contains("rank 2 would lay the model out over TP 2", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ranks_with_other_configs_are_named_with_the_fields()
    {
        CollectiveException fault = Assert.Throws<CollectiveException>(() =>
            RankWorld.Run(
                2,
                world =>
                {
                    ModelProvider provider = new GoldenCase("llama", "tp2pp1").Provider;
                    provider.FfnHiddenSize = 128 + (world.Rank * 128);
                    provider.AddQkvBias = world.Rank == 1;
                    _ = provider.InitializeModelParallel(world);
                    return provider.ProvideDistributedModel(new() { WrapWithDdp = false });
                }
            )
        );
        string[] expected =
        [
            "The ranks disagree on the config",
            "ffn_hidden_size 128 on rank 0",
            "ffn_hidden_size 256 on rank 1",
            "add_qkv_bias false on rank 0",
            "add_qkv_bias true on rank 1",
        ];
        Assert.All(expected, text => Assert.Contains(text, fault.Message, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("hidden_size 64", fault.Message, StringComparison.Ordinal);
    }
}
