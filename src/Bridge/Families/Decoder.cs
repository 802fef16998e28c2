using MegatronBridge.Mapping;

namespace MegatronBridge.Families;

/// <summary>The rows that nearly all decoders share; a family joins them with its own.</summary>
internal static class Decoder
{
    // csharpier-ignore-start

    /// <summary>Embedding, head and last norm.</summary>
    public static IReadOnlyList<ParameterMapping> Ends { get; } =
    [
        new Vocab("embedding.word_embeddings.weight", "model.embed_tokens.weight"),
        new Vocab("output_layer.weight",              "lm_head.weight"), // no such parameter when the two are tied
        new Same( "decoder.final_layernorm.weight",   "model.norm.weight"),
    ];

    /// <summary>Attention with query groups and a norm before it.</summary>
    public static IReadOnlyList<ParameterMapping> Attention { get; } =
    [
        new Same("decoder.layers.*.self_attention.linear_qkv.layer_norm_weight", "model.layers.*.input_layernorm.weight"),
        new Qkv( "decoder.layers.*.self_attention.linear_qkv.weight",            "model.layers.*.self_attn.{q,k,v}_proj.weight"),
        new Same("decoder.layers.*.self_attention.linear_proj.weight",           "model.layers.*.self_attn.o_proj.weight"),
    ];

    /// <summary>Norms of each query and key head.</summary>
    public static IReadOnlyList<ParameterMapping> QkNorms { get; } =
    [
        new Same("decoder.layers.*.self_attention.q_layernorm.weight", "model.layers.*.self_attn.q_norm.weight"),
        new Same("decoder.layers.*.self_attention.k_layernorm.weight", "model.layers.*.self_attn.k_norm.weight"),
    ];

    /// <summary>Biases of the query, key and value projections.</summary>
    public static IReadOnlyList<ParameterMapping> QkvBias { get; } =
    [
        new Qkv("decoder.layers.*.self_attention.linear_qkv.bias", "model.layers.*.self_attn.{q,k,v}_proj.bias"),
    ];

    /// <summary>A gated MLP with a norm before it.</summary>
    public static IReadOnlyList<ParameterMapping> GatedMlp { get; } =
    [
        new Same( "decoder.layers.*.mlp.linear_fc1.layer_norm_weight", "model.layers.*.post_attention_layernorm.weight"),
        new Gated("decoder.layers.*.mlp.linear_fc1.weight",            "model.layers.*.mlp.{gate,up}_proj.weight"),
        new Same( "decoder.layers.*.mlp.linear_fc2.weight",            "model.layers.*.mlp.down_proj.weight"),
    ];
    // csharpier-ignore-end

    /// <summary>What checkpoints of decoders may have besides, without losing anything.</summary>
    public static IReadOnlyList<IgnoredTensor> Ignored { get; } =
    [
        new("model.layers.*.self_attn.rotary_emb.inv_freq", "the rotary frequencies follow from the config"),
        new("model.rotary_emb.inv_freq", "the rotary frequencies follow from the config"),
        new("lm_head.weight", "the config ties the head to the embedding", EqualTo: "model.embed_tokens.weight"),
    ];
}
