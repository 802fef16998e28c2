using MegatronBridge.Mapping;

namespace MegatronBridge.Families;

/// <summary>The rows that nearly all decoders share; a family joins them with its own.</summary>
public static class Decoder
{
    private const string Model = "model.";

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

    /// <summary>An MLP without a gate, with a norm before it.</summary>
    public static IReadOnlyList<ParameterMapping> PlainMlp { get; } =
    [
        new Same("decoder.layers.*.mlp.linear_fc1.layer_norm_weight", "model.layers.*.post_attention_layernorm.weight"),
        new Same("decoder.layers.*.mlp.linear_fc1.weight",            "model.layers.*.mlp.up_proj.weight"),
        new Same("decoder.layers.*.mlp.linear_fc2.weight",            "model.layers.*.mlp.down_proj.weight"),
    ];

    /// <summary>Biases of the norms, where these are LayerNorm.</summary>
    public static IReadOnlyList<ParameterMapping> NormBias { get; } =
    [
        new Same("decoder.layers.*.self_attention.linear_qkv.layer_norm_bias", "model.layers.*.input_layernorm.bias"),
        new Same("decoder.layers.*.mlp.linear_fc1.layer_norm_bias",            "model.layers.*.post_attention_layernorm.bias"),
        new Same("decoder.final_layernorm.bias",                               "model.norm.bias"),
    ];

    /// <summary>Multi-latent attention with a norm before it, with and without a compressed query.</summary>
    public static IReadOnlyList<ParameterMapping> LatentAttention { get; } =
    [
        new Same("decoder.layers.*.input_layernorm.weight",                                 "model.layers.*.input_layernorm.weight"),
        new Same("decoder.layers.*.self_attention.linear_proj.weight",                      "model.layers.*.self_attn.o_proj.weight"),
        new Same("decoder.layers.*.self_attention.linear_q_proj.weight",                    "model.layers.*.self_attn.q_proj.weight"),
        new Same("decoder.layers.*.self_attention.linear_q_down_proj.weight",               "model.layers.*.self_attn.q_a_proj.weight"),
        new Same("decoder.layers.*.self_attention.linear_q_up_proj.layer_norm_weight",      "model.layers.*.self_attn.q_a_layernorm.weight"),
        new Same("decoder.layers.*.self_attention.linear_q_up_proj.weight",                 "model.layers.*.self_attn.q_b_proj.weight"),
        new Same("decoder.layers.*.self_attention.linear_kv_down_proj.weight",              "model.layers.*.self_attn.kv_a_proj_with_mqa.weight"),
        new Same("decoder.layers.*.self_attention.linear_kv_up_proj.layer_norm_weight",     "model.layers.*.self_attn.kv_a_layernorm.weight"),
        new Same("decoder.layers.*.self_attention.linear_kv_up_proj.weight",                "model.layers.*.self_attn.kv_b_proj.weight"),
    ];

    /// <summary>A router over gated experts, with a norm before it.</summary>
    public static IReadOnlyList<ParameterMapping> Experts { get; } =
    [
        new Same( "decoder.layers.*.pre_mlp_layernorm.weight",       "model.layers.*.post_attention_layernorm.weight"),
        new Same( "decoder.layers.*.mlp.router.weight",              "model.layers.*.mlp.gate.weight"),
        new Gated("decoder.layers.*.mlp.experts.linear_fc1.weight*", "model.layers.*.mlp.experts.*.{gate,up}_proj.weight"),
        new Same( "decoder.layers.*.mlp.experts.linear_fc2.weight*", "model.layers.*.mlp.experts.*.down_proj.weight"),
    ];

    /// <summary>What keeps the load of the experts even: a bias for choosing them.</summary>
    public static IReadOnlyList<ParameterMapping> ExpertBias { get; } =
    [
        new Same("decoder.layers.*.mlp.router.expert_bias", "model.layers.*.mlp.gate.e_score_correction_bias"),
    ];

    /// <summary>Experts that all tokens visit.</summary>
    public static IReadOnlyList<ParameterMapping> SharedExperts { get; } =
    [
        new Gated("decoder.layers.*.mlp.shared_experts.linear_fc1.weight", "model.layers.*.mlp.shared_experts.{gate,up}_proj.weight"),
        new Same( "decoder.layers.*.mlp.shared_experts.linear_fc2.weight", "model.layers.*.mlp.shared_experts.down_proj.weight"),
    ];
    // csharpier-ignore-end

    /// <summary>
    /// Layers for multi-token prediction that Hugging Face counts on from the decoder's: what is their own, and the rows of
    /// <paramref name="layer"/> once more. <paramref name="lastNorm"/> is the name of the norm behind them.
    /// </summary>
    public static IReadOnlyList<ParameterMapping> Predicting(IEnumerable<ParameterMapping> layer, string lastNorm) =>
        [
            new Same("mtp.layers.*.enorm.weight", "model.layers.{N+*}.enorm.weight"),
            new Same("mtp.layers.*.hnorm.weight", "model.layers.{N+*}.hnorm.weight"),
            new Same("mtp.layers.*.eh_proj.weight", "model.layers.{N+*}.eh_proj.weight"),
            .. layer.Select(row =>
                row.Moved(
                    ("decoder.layers.*.", "mtp.layers.*.mtp_model_layer."),
                    ("model.layers.*.", "model.layers.{N+*}.")
                )
            ),
            new Same("mtp.layers.*.final_layernorm.weight", $"model.layers.{{N+*}}.{lastNorm}"),
        ];

    /// <summary>A layer for multi-token prediction that Hugging Face keeps apart: the rows of <paramref name="layer"/> once more.</summary>
    public static IReadOnlyList<ParameterMapping> PredictingApart(IEnumerable<ParameterMapping> layer) =>
        [
            new Same("mtp.layers.0.enorm.weight", "mtp.pre_fc_norm_embedding.weight"),
            new Same("mtp.layers.0.hnorm.weight", "mtp.pre_fc_norm_hidden.weight"),
            new Same("mtp.layers.0.eh_proj.weight", "mtp.fc.weight"),
            .. layer.Select(row =>
                row.Moved(("decoder.layers.*.", "mtp.layers.*.mtp_model_layer."), ("model.layers.*.", "mtp.layers.*."))
            ),
            new Same("mtp.layers.0.final_layernorm.weight", "mtp.norm.weight"),
        ];

    /// <summary>Copies that the layers for multi-token prediction have in Hugging Face; Megatron uses the originals.</summary>
    public static IReadOnlyList<IgnoredTensor> PredictingIgnored { get; } =
    [
        new(
            "model.layers.{N+*}.embed_tokens.weight",
            "multi-token prediction uses the model's embedding",
            EqualTo: "model.embed_tokens.weight"
        ),
        new(
            "model.layers.{N+*}.shared_head.head.weight",
            "multi-token prediction uses the model's head",
            EqualTo: "lm_head.weight"
        ),
    ];

    /// <summary>What checkpoints of decoders may have besides, without losing anything.</summary>
    public static IReadOnlyList<IgnoredTensor> Ignored { get; } =
    [
        new("model.layers.*.self_attn.rotary_emb.inv_freq", "the rotary frequencies follow from the config"),
        new("model.rotary_emb.inv_freq", "the rotary frequencies follow from the config"),
        new("lm_head.weight", "the config ties the head to the embedding", EqualTo: "model.embed_tokens.weight"),
    ];

    /// <summary>
    /// Rows of a language model inside a larger one. In Megatron all names begin with <paramref name="megatron"/>; in Hugging Face
    /// <paramref name="model"/> stands for <c>model.</c>, and <paramref name="others"/> before all else, which is the head.
    /// </summary>
    public static IEnumerable<ParameterMapping> Inside(
        this IEnumerable<ParameterMapping> rows,
        string megatron = "language_model.",
        string model = "model.language_model.",
        string others = ""
    ) => rows.Select(row => row.Moved(name => megatron + name, name => Inside(name, model, others)));

    /// <summary>The same for what is ignored.</summary>
    public static IEnumerable<IgnoredTensor> Inside(
        this IEnumerable<IgnoredTensor> ignored,
        string model = "model.language_model.",
        string others = ""
    ) =>
        ignored.Select(entry => new IgnoredTensor(
            Inside(entry.Hf, model, others),
            entry.Reason,
            entry.EqualTo is { } equal ? Inside(equal, model, others) : null
        ));

    private static string Inside(string name, string model, string others) =>
        name.StartsWith(Model, StringComparison.Ordinal) ? model + name[Model.Length..] : others + name;
}
