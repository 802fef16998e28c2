using MegatronBridge.Config.Schema;
using MegatronBridge.Layout;

namespace MegatronBridge.Config;

// The way back: the arguments with which Megatron-LM would have built a model.
public sealed partial class MegatronArgs
{
    /// <summary>
    /// The arguments that describe a complete provider, as far as Megatron-LM has arguments for it, for a checkpoint without optimizer and
    /// states of random numbers.
    /// </summary>
    public static MegatronArgs Of(ModelProvider provider)
    {
        Dictionary<string, ConfigValue> args = new(StringComparer.Ordinal);
        foreach (ProviderField field in provider.Schema.Fields)
        {
            ConfigValue value = provider[field.Name];
            bool isPlain =
                value is not ConfigValue.Map && value is not ConfigValue.List { Items: [ConfigValue.Map, ..] };
            if (isPlain || (field.Kind == FieldKind.DType && FieldParser.Fits(field, value)))
            {
                args[field.Name] = value;
            }
        }

        foreach ((string arg, string field) in Renamed)
        {
            if (provider.Has(field) && arg != "params_dtype")
            {
                args[arg] = provider[field];
            }
        }

        AddFlags(args, provider);
        AddVocabulary(args, provider);
        return new(args);
    }

    // What Megatron-LM says in other words than the fields do.
    private static void AddFlags(Dictionary<string, ConfigValue> args, ModelProvider provider)
    {
        bool isSilu = provider.ActivationFunc == Targets.Silu && provider.GatedLinearUnit;
        bool isFused = provider.Has("bias_activation_fusion") && provider["bias_activation_fusion"] == true;
        bool isRope = provider.Has("position_embedding_type") && provider.PositionEmbeddingType == "rope";
        bool isGrouped = !provider.MultiLatentAttention && provider.NumQueryGroups != provider.NumAttentionHeads;
        (string Arg, ConfigValue Value)[] flags =
        [
            ("swiglu", isSilu),
            ("squared_relu", provider.ActivationFunc == Targets.SquaredRelu),
            ("quick_geglu", provider.ActivationFunc == Targets.QuickGelu && provider.GatedLinearUnit),
            ("bias_swiglu_fusion", isSilu && isFused),
            ("bias_gelu_fusion", !isSilu && isFused),
            ("group_query_attention", isGrouped),
            ("use_rotary_position_embeddings", isRope),
            ("untie_embeddings_and_output_weights", !provider.ShareEmbeddingsAndOutputWeights),
            ("no_persist_layer_norm", provider["persist_layer_norm"] == false),
            ("overlap_p2p_comm", provider["batch_p2p_comm"] == false),
            ("is_hybrid_model", provider.Has("hybrid_layer_pattern")),
            ("multi_latent_attention", provider.MultiLatentAttention),
            ("init_method_xavier_uniform", false),
            ("heterogeneous_layers_config_path", ConfigValue.Null),
            ("config_logger_dir", ""),
            ("ckpt_format", "torch"),
            ("no_save_optim", true),
            ("no_save_rng", true),
            ("consumed_train_samples", 0),
            ("skipped_train_samples", 0),
            ("consumed_valid_samples", 0),
            ("num_layers_per_virtual_pipeline_stage", LayersPerVirtualStage(provider)),
            ("data_parallel_size", 1),
            ("world_size", ParallelSizes.Of(provider).WorldSize),
        ];
        foreach ((string arg, ConfigValue value) in flags)
        {
            args[arg] = value;
        }

        if (provider.CpCommType is ConfigValue.Text only)
        {
            args["cp_comm_type"] = ConfigValue.ListOf(only);
        }
    }

    private static ConfigValue LayersPerVirtualStage(ModelProvider provider) =>
        provider.VirtualPipelineModelParallelSize is { } stages
        && provider.PipelineModelParallelLayout is null
        && provider.NumLayers % (stages * provider.PipelineModelParallelSize) == 0
            ? provider.NumLayers / (stages * provider.PipelineModelParallelSize)
            : ConfigValue.Null;

    private static void AddVocabulary(Dictionary<string, ConfigValue> args, ModelProvider provider)
    {
        if (provider.Has("vocab_size") && !provider["vocab_size"].IsNull)
        {
            args["padded_vocab_size"] = provider.PaddedVocabSize;
        }

        args["tokenizer_type"] = "HuggingFaceTokenizer";
        args["tokenizer_model"] = provider.Has("hf_model_id") ? provider["hf_model_id"] : ConfigValue.Null;
    }
}
