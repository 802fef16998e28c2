using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Bridge.Config;

public sealed class MegatronArgsTests
{
    // The arguments of a small model as Megatron-LM saves them, as far as a converter needs them.
    private static Dictionary<string, ConfigValue> Args =>
        new(StringComparer.Ordinal)
        {
            ["num_layers"] = 4,
            ["hidden_size"] = 16,
            ["ffn_hidden_size"] = 32,
            ["num_attention_heads"] = 4,
            ["group_query_attention"] = true,
            ["num_query_groups"] = 2,
            ["kv_channels"] = 4,
            ["padded_vocab_size"] = 64,
            ["make_vocab_size_divisible_by"] = 8,
            ["max_position_embeddings"] = 128,
            ["position_embedding_type"] = "rope",
            ["rotary_base"] = 500000,
            ["rotary_percent"] = 1.0,
            ["swiglu"] = true,
            ["bias_swiglu_fusion"] = true,
            ["normalization"] = "RMSNorm",
            ["norm_epsilon"] = 1e-5,
            ["params_dtype"] = "torch.bfloat16",
            ["bf16"] = true,
            ["untie_embeddings_and_output_weights"] = true,
            ["no_persist_layer_norm"] = false,
            ["overlap_p2p_comm"] = true,
            ["num_experts"] = ConfigValue.Null,
            ["decoder_first_pipeline_num_layers"] = 1,
            ["cp_comm_type"] = ConfigValue.ListOf("p2p"),
            ["tensor_model_parallel_size"] = 2,
            ["something_of_a_fork"] = "x",
        };

    [Fact]
    public void Arguments_become_the_fields_of_a_provider()
    {
        ModelProvider provider = new MegatronArgs(Args).ToProvider();
        Assert.Equal("GPTModelProvider", provider.Schema.Name);
        Assert.Equal(
            (4, 16, 32, 4, 2, 64),
            (
                provider.NumLayers,
                provider.HiddenSize,
                provider.FfnHiddenSize,
                provider.NumAttentionHeads,
                provider.NumQueryGroups,
                provider.VocabSize
            )
        );
        Assert.Equal(Targets.Silu, provider.ActivationFunc);
        Assert.True(provider.GatedLinearUnit);
        Assert.False(provider.ShareEmbeddingsAndOutputWeights);
        Assert.False(provider.ShouldPadVocab);
        Assert.Equal((DType.BF16, DType.BF16), (provider.ParamsDtype, provider.PipelineDtype));
        Assert.Equal((128, 1e-5, 500000.0), (provider.SeqLength, provider.LayernormEpsilon, provider.RotaryBase));
        Assert.Equal(1, provider.NumLayersInFirstPipelineStage);
        Assert.Equal("p2p", provider.CpCommType);
        Assert.Equal(false, provider["batch_p2p_comm"]);
        Assert.Null(provider.NumMoeExperts);
    }

    [Fact]
    public void A_known_vocabulary_tells_how_many_rows_are_padding()
    {
        Dictionary<string, ConfigValue> args = Args;
        args["vocab_size"] = 57;
        ModelProvider provider = new MegatronArgs(args).ToProvider();
        Assert.Equal((57, 64, true), (provider.VocabSize, provider.PaddedVocabSize, provider.ShouldPadVocab));
    }

    [Fact]
    public void The_padding_is_that_of_the_checkpoint_whatever_the_divisor_says()
    {
        Dictionary<string, ConfigValue> args = Args;
        args["vocab_size"] = 57;
        args["make_vocab_size_divisible_by"] = 128;
        Assert.Equal(64, new MegatronArgs(args).ToProvider().PaddedVocabSize);

        args["padded_vocab_size"] = 50;
        Assert.Throws<InvalidConfigException>(new MegatronArgs(args).ToProvider);
    }

    [Fact]
    public void Without_groups_every_head_has_its_own()
    {
        Dictionary<string, ConfigValue> args = Args;
        args["group_query_attention"] = false;
        args["num_query_groups"] = 1; // what the command line has when nothing is said
        Assert.Equal(4, new MegatronArgs(args).ToProvider().NumQueryGroups);
    }

    [Fact]
    public void Latent_attention_and_patterns_choose_their_class()
    {
        Dictionary<string, ConfigValue> args = Args;
        args["multi_latent_attention"] = true;
        args["kv_lora_rank"] = 8;
        Assert.Equal(8, new MegatronArgs(args).ToProvider().KvLoraRank);

        args = Args;
        args["hybrid_override_pattern"] = "M*M-";
        Assert.Equal("M*M-", new MegatronArgs(args).ToProvider().HybridLayerPattern);
    }

    [Fact]
    public void What_is_missing_or_wrong_is_named()
    {
        Dictionary<string, ConfigValue> args = Args;
        args.Remove("hidden_size");
        args.Remove("padded_vocab_size");
        Assert.Contains(
            "hidden_size, padded_vocab_size missing",
            Assert.Throws<InvalidConfigException>(new MegatronArgs(args).ToProvider).Message
        );

        args = Args;
        args["num_layers"] = "four";
        Assert.Contains(
            "num_layers must be a whole number, found four",
            Assert.Throws<InvalidConfigException>(new MegatronArgs(args).ToProvider).Message
        );
    }
}
