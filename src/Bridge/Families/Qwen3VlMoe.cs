using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Model.Towers;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>
/// Qwen3-VL with experts. The released models hold all experts of a layer in one tensor, input first; transformers 5 holds them output first,
/// and takes and saves both. Which it is, one of the two tensors always tells: they are not both square.
/// </summary>
public static class Qwen3VlMoe
{
    private const string Classes = "transformers.models.qwen3_vl_moe.configuration_qwen3_vl_moe.";
    private const string Tied = "tie_word_embeddings";
    private const string GateUp = "model.language_model.layers.*.mlp.experts.gate_up_proj";
    private const string Down = "model.language_model.layers.*.mlp.experts.down_proj";

    // csharpier-ignore-start
    private static readonly IReadOnlyList<ParameterMapping> FusedExperts =
    [
        new Transposed("language_model.decoder.layers.*.mlp.experts.linear_fc1.weight*", GateUp).When(IsInputFirst),
        new Transposed("language_model.decoder.layers.*.mlp.experts.linear_fc2.weight*", Down).When(IsInputFirst),
        new Same(      "language_model.decoder.layers.*.mlp.experts.linear_fc1.weight*", GateUp),
        new Same(      "language_model.decoder.layers.*.mlp.experts.linear_fc2.weight*", Down),
    ];

    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "Qwen3VLMoeForConditionalGeneration",
        ModelType     = "qwen3_vl_moe",
        TextConfig    = "text_config",
        Schema        = ProviderSchema.Gpt.Derive(
            "megatron.bridge.models.qwen_vl.qwen3_vl_provider.Qwen3VLMoEModelProvider",
            [
                .. Qwen3Vl.Qwen3Fields, Text("pretrained_model_name", "Qwen/Qwen3-VL-30B-A3B-Instruct"), Int("head_dim", 128),
                ChoiceOrNull("moe_router_dtype", "fp32", "fp32", "fp64"), Bool("moe_permute_fusion", true),
                Choice("moe_token_dispatcher_type", "alltoall", "allgather", "alltoall", "flex"),
                Any("mlp_only_layers", ConfigValue.ListOf()), Int("decoder_sparse_step", 1),
                Bool("freeze_language_model", true), Bool("freeze_vision_model", true), Bool("freeze_vision_projection", false),
                Bool("persist_layer_norm", true), Bool("bias_dropout_fusion", true), Bool("masked_softmax_fusion", false),
                Bool("distribute_saved_activations", false), Text("cp_comm_type", "p2p"),
            ]
        ).MadeOf(Qwen3Vision.In("vision_model."), LanguageModel.In("language_model.")).CompletedBy(Complete),
        HfDefaults    = """
            {
              "dtype": null, "image_token_id": 151655, "tie_word_embeddings": false, "video_token_id": 151656,
              "vision_start_token_id": 151652, "vision_end_token_id": 151653,
              "text_config": {
                "attention_bias": false, "attention_dropout": 0.0, "decoder_sparse_step": 1, "dtype": null,
                "head_dim": null, "hidden_act": "silu", "hidden_size": 2048, "initializer_range": 0.02,
                "intermediate_size": 5632, "max_position_embeddings": 128000, "mlp_only_layers": [],
                "model_type": "qwen3_vl_moe_text", "moe_intermediate_size": 1408, "num_attention_heads": 16,
                "num_experts_per_tok": 4, "num_hidden_layers": 24, "num_key_value_heads": 16, "num_local_experts": 60,
                "rms_norm_eps": 1e-06, "rope_parameters": null, "router_aux_loss_coef": 0.001, "use_cache": true,
                "vocab_size": 151936
              },
              "vision_config": {
                "deepstack_visual_indexes": [8, 16, 24], "depth": 27, "dtype": null, "hidden_act": "gelu_pytorch_tanh",
                "hidden_size": 1152, "in_channels": 3, "initializer_range": 0.02, "intermediate_size": 4304,
                "model_type": "qwen3_vl_moe_vision", "num_heads": 16, "num_position_embeddings": 2304,
                "out_hidden_size": 3584, "patch_size": 16, "spatial_merge_size": 2, "temporal_patch_size": 2
              }
            }
            """,
        OuterMapping  = Qwen3Vl.OuterMapping.With([("text_config.decoder_sparse_step", "decoder_sparse_step")]),
        KeptConfigs   =
        [
            new("vision_config", "vision_config", Classes + "Qwen3VLMoeVisionConfig"),
            new("text_config", "hf_text_config", Classes + "Qwen3VLMoeTextConfig") { Alias = ("num_local_experts", "num_experts") },
        ],
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Parameters    =
        [
            .. Qwen3Vl.Vision,
            .. FusedExperts,
            .. Qwen3Moe.Family.Parameters.Inside(),
            .. Decoder.QkvBias.Inside(),
        ],
        Ignored       = [.. Decoder.Ignored.Inside()],
    };
    // csharpier-ignore-end

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        HfConfig text = hf.Nested("text_config")!;
        Qwen3Moe.Configure(provider, text);
        RopeConfig.Read(text).ApplySections(provider);
        provider.MoeRouterPreSoftmax = false;
        provider["head_dim"] = provider.KvChannels;
        provider["mlp_only_layers"] = text.Value("mlp_only_layers") is ConfigValue.List dense
            ? dense
            : ConfigValue.ListOf();
        provider["autocast_dtype"] = ConfigValue.Null;
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        Qwen3Vl.ConfigureHf(hf, provider);
        JsonObject text = LanguageConfig.At(hf, "text_config");
        ExpertLayers.WriteSparse(text, provider);
        if (text.ContainsKey(Tied)) // it means nothing there
        {
            text[Tied] = KeptConfig.Of(provider, "hf_text_config").Find(Tied)?.DeepClone();
        }
    }

    private static void Complete(ModelProvider provider)
    {
        Qwen3Vl.Complete(provider);
        if (provider.TensorModelParallelSize > 1)
        {
            provider.SequenceParallel = true;
        }
    }

    private static bool IsInputFirst(ITensorSource hf, ModelProvider provider)
    {
        int layer = Enumerable.Range(0, provider.NumLayers).FirstOrDefault(provider.IsMoeLayer);
        long experts = provider.NumMoeExperts ?? 0;
        long width = provider.MoeFfnHiddenSize ?? provider.FfnHiddenSize;
        return provider.HiddenSize == width
            ? hf.Find(new NamePattern(GateUp).Format([layer]))?.Shape
                == new Shape(experts, provider.HiddenSize, 2 * width)
            : hf.Find(new NamePattern(Down).Format([layer]))?.Shape == new Shape(experts, width, provider.HiddenSize);
    }
}
