using MegatronBridge.Mapping;

namespace MegatronBridge.Families;

/// <summary>
/// Where the parameters of DeepSeek V4 come from: the names of the released checkpoints, and those that transformers gives them when it
/// saves a model.
/// </summary>
internal static class DeepseekV4Tensors
{
    // csharpier-ignore-start
    private static readonly IReadOnlyList<ParameterMapping> Layer =
    [
        new Same( "decoder.layers.*.input_layernorm.weight",                                                    "layers.*.attn_norm.weight"),
        new Same( "decoder.layers.*.self_attention.linear_o_group_proj",                                        "layers.*.attn.wo_a.weight"),
        new Same( "decoder.layers.*.self_attention.core_attention.attn_sink",                                   "layers.*.attn.attn_sink"),
        new Same( "decoder.layers.*.self_attention.core_attention.compressor.ape",                              "layers.*.attn.compressor.ape"),
        new Same( "decoder.layers.*.self_attention.core_attention.compressor.linear_wkv.weight",                "layers.*.attn.compressor.wkv.weight"),
        new Same( "decoder.layers.*.self_attention.core_attention.compressor.linear_wgate.weight",              "layers.*.attn.compressor.wgate.weight"),
        new Same( "decoder.layers.*.self_attention.core_attention.compressor.norm.weight",                      "layers.*.attn.compressor.norm.weight"),
        new Same( "decoder.layers.*.self_attention.core_attention.indexer.linear_wq_b.weight",                  "layers.*.attn.indexer.wq_b.weight"),
        new Same( "decoder.layers.*.self_attention.core_attention.indexer.linear_weights_proj.weight",          "layers.*.attn.indexer.weights_proj.weight"),
        new Same( "decoder.layers.*.self_attention.core_attention.indexer.linear_weights_proj.weight",          "layers.*.attn.indexer.scorer.weights_proj.weight"),
        new Same( "decoder.layers.*.self_attention.core_attention.indexer.compressor.ape",                      "layers.*.attn.indexer.compressor.ape"),
        new Same( "decoder.layers.*.self_attention.core_attention.indexer.compressor.linear_wkv.weight",        "layers.*.attn.indexer.compressor.wkv.weight"),
        new Same( "decoder.layers.*.self_attention.core_attention.indexer.compressor.linear_wgate.weight",      "layers.*.attn.indexer.compressor.wgate.weight"),
        new Same( "decoder.layers.*.self_attention.core_attention.indexer.compressor.norm.weight",              "layers.*.attn.indexer.compressor.norm.weight"),
        new Same( "decoder.layers.*.self_attention.linear_proj.weight",                                         "layers.*.attn.wo_b.weight"),
        new Same( "decoder.layers.*.self_attention.linear_q_down_proj.weight",                                  "layers.*.attn.wq_a.weight"),
        new Same( "decoder.layers.*.self_attention.linear_q_up_proj.weight",                                    "layers.*.attn.wq_b.weight"),
        new Same( "decoder.layers.*.self_attention.linear_kv_proj.weight",                                      "layers.*.attn.wkv.weight"),
        new Same( "decoder.layers.*.self_attention.kv_layernorm.weight",                                        "layers.*.attn.kv_norm.weight"),
        new Same( "decoder.layers.*.self_attention.q_layernorm.weight",                                         "layers.*.attn.q_norm.weight"),
        new Same( "decoder.layers.*.pre_mlp_layernorm.weight",                                                  "layers.*.ffn_norm.weight"),
        new Same( "decoder.layers.*.mlp.router.weight",                                                         "layers.*.ffn.gate.weight"),
        new Same( "decoder.layers.*.mlp.router.tid2eid",                                                        "layers.*.ffn.gate.tid2eid"),
        new Same( "decoder.layers.*.mlp.router.expert_bias",                                                    "layers.*.ffn.gate.bias"),
        new Gated("decoder.layers.*.mlp.experts.linear_fc1.weight*",                                            "layers.*.ffn.experts.*.{w1,w3}.weight"),
        new Same( "decoder.layers.*.mlp.experts.linear_fc2.weight*",                                            "layers.*.ffn.experts.*.w2.weight"),
        new Gated("decoder.layers.*.mlp.shared_experts.linear_fc1.weight",                                      "layers.*.ffn.shared_experts.{w1,w3}.weight"),
        new Same( "decoder.layers.*.mlp.shared_experts.linear_fc2.weight",                                      "layers.*.ffn.shared_experts.w2.weight"),
        .. Connections("self_attention_hyper_connection", "layers.*.hc_attn_"),
        .. Connections("mlp_hyper_connection",            "layers.*.hc_ffn_"),
    ];

    /// <summary>As released.</summary>
    public static IReadOnlyList<ParameterMapping> Released { get; } =
    [
        new Vocab("embedding.word_embeddings.weight", "embed.weight"),
        new Vocab("output_layer.weight",              "head.weight"),
        new Same( "decoder.final_layernorm.weight",   "norm.weight"),
        new Same( "decoder.hc_head_fn",               "hc_head_fn"),
        new Same( "decoder.hc_head_base",             "hc_head_base"),
        new Same( "decoder.hc_head_scale",            "hc_head_scale"),
        .. Layer,

        new Same("mtp.layers.*.hc_head_fn",             "mtp.*.hc_head_fn"),
        new Same("mtp.layers.*.hc_head_base",           "mtp.*.hc_head_base"),
        new Same("mtp.layers.*.hc_head_scale",          "mtp.*.hc_head_scale"),
        new Same("mtp.layers.*.enorm.weight",           "mtp.*.enorm.weight"),
        new Same("mtp.layers.*.hnorm.weight",           "mtp.*.hnorm.weight"),
        new Same("mtp.layers.*.e_proj.weight",          "mtp.*.e_proj.weight"),
        new Same("mtp.layers.*.h_proj.weight",          "mtp.*.h_proj.weight"),
        .. Layer.Select(row => row.Moved(("decoder.layers.*.", "mtp.layers.*.mtp_model_layer."), ("layers.*.", "mtp.*."))),
        new Same("mtp.layers.*.final_layernorm.weight", "mtp.*.norm.weight"),
    ];

    /// <summary>As transformers 5 saves them: without the layers for multi-token prediction.</summary>
    public static IReadOnlyList<ParameterMapping> Saved { get; } =
    [
        new Vocab("embedding.word_embeddings.weight", "model.embed_tokens.weight"),
        new Vocab("output_layer.weight",              "lm_head.weight"),
        new Same( "decoder.final_layernorm.weight",   "model.norm.weight"),
        new Same( "decoder.hc_head_fn",               "model.hc_head.hc_fn"),
        new Same( "decoder.hc_head_base",             "model.hc_head.hc_base"),
        new Same( "decoder.hc_head_scale",            "model.hc_head.hc_scale"),

        new Same( "decoder.layers.*.input_layernorm.weight",                                               "model.layers.*.input_layernorm.weight"),
        new Same( "decoder.layers.*.self_attention.linear_o_group_proj",                                   "model.layers.*.self_attn.o_a_proj.weight"),
        new Same( "decoder.layers.*.self_attention.core_attention.attn_sink",                              "model.layers.*.self_attn.sinks"),
        .. Compressor("compressor",         "compressor"),
        new Same( "decoder.layers.*.self_attention.core_attention.indexer.linear_wq_b.weight",             "model.layers.*.self_attn.compressor.indexer.q_b_proj.weight"),
        new Same( "decoder.layers.*.self_attention.core_attention.indexer.linear_weights_proj.weight",     "model.layers.*.self_attn.compressor.indexer.scorer.weights_proj.weight"),
        .. Compressor("indexer.compressor", "compressor.indexer"),
        new Same( "decoder.layers.*.self_attention.linear_proj.weight",                                    "model.layers.*.self_attn.o_b_proj.weight"),
        new Same( "decoder.layers.*.self_attention.linear_q_down_proj.weight",                             "model.layers.*.self_attn.q_a_proj.weight"),
        new Same( "decoder.layers.*.self_attention.linear_q_up_proj.weight",                               "model.layers.*.self_attn.q_b_proj.weight"),
        new Same( "decoder.layers.*.self_attention.linear_kv_proj.weight",                                 "model.layers.*.self_attn.kv_proj.weight"),
        new Same( "decoder.layers.*.self_attention.kv_layernorm.weight",                                   "model.layers.*.self_attn.kv_norm.weight"),
        new Same( "decoder.layers.*.self_attention.q_layernorm.weight",                                    "model.layers.*.self_attn.q_a_norm.weight"),
        .. Decoder.Experts.Take(2), // norm and router
        .. Decoder.ExpertBias,
        new Same( "decoder.layers.*.mlp.router.tid2eid",                                                   "model.layers.*.mlp.gate.tid2eid"),
        new Gated("decoder.layers.*.mlp.experts.linear_fc1.weight*",                                       "model.layers.*.mlp.experts.*.{w1,w3}.weight"),
        new Same( "decoder.layers.*.mlp.experts.linear_fc2.weight*",                                       "model.layers.*.mlp.experts.*.w2.weight"),
        .. Decoder.SharedExperts,
        .. Connections("self_attention_hyper_connection", "model.layers.*.attn_hc."),
        .. Connections("mlp_hyper_connection",            "model.layers.*.ffn_hc."),
    ];

    private static IReadOnlyList<ParameterMapping> Connections(string megatron, string hf) =>
    [
        new HyperScale($"decoder.layers.*.{megatron}.alpha_pre",           $"{hf}scale", 0),
        new HyperScale($"decoder.layers.*.{megatron}.alpha_post",          $"{hf}scale", 1),
        new HyperScale($"decoder.layers.*.{megatron}.alpha_res",           $"{hf}scale", 2),
        new Same(      $"decoder.layers.*.{megatron}.bias",                $"{hf}base"),
        new Same(      $"decoder.layers.*.{megatron}.mapping_proj.weight", $"{hf}fn"),
    ];

    private static IReadOnlyList<ParameterMapping> Compressor(string megatron, string hf) =>
    [
        new Same($"decoder.layers.*.self_attention.core_attention.{megatron}.ape",                 $"model.layers.*.self_attn.{hf}.position_bias"),
        new Same($"decoder.layers.*.self_attention.core_attention.{megatron}.linear_wkv.weight",   $"model.layers.*.self_attn.{hf}.kv_proj.weight"),
        new Same($"decoder.layers.*.self_attention.core_attention.{megatron}.linear_wgate.weight", $"model.layers.*.self_attn.{hf}.gate_proj.weight"),
        new Same($"decoder.layers.*.self_attention.core_attention.{megatron}.norm.weight",         $"model.layers.*.self_attn.{hf}.kv_norm.weight"),
    ];
    // csharpier-ignore-end
}
