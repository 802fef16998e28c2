namespace MegatronBridge.Config.Rules;

/// <summary>The kinds of attention, and what goes with each.</summary>
internal static class AttentionRules
{
    public static IEnumerable<(bool IsBroken, string Fault)> Of(RuleFields f) =>
        [
            .. f.Word("experimental_attention_variant") switch
            {
                "gdn" or "gdn2" => DeltaNet(f),
                "dsa" => Sparse(f),
                _ => [],
            },
            .. f.On("multi_latent_attention") ? Latent(f) : [],
            (
                f.On("fused_single_qkv_rope") && f.On("attention_output_gate"),
                "fused_single_qkv_rope does not go with attention_output_gate."
            ),
            (
                f.IsSet("no_rope_freq") && f.On("flash_decode"),
                "flash_decode does not go with layers without rotary embeddings (no_rope_freq)."
            ),
            (
                f.Whole("no_rope_freq") > 0 && f.Config.NumLayers % f.Whole("no_rope_freq") != 0,
                $"num_layers ({f.Config.NumLayers}) must be a multiple of no_rope_freq ({f["no_rope_freq"]})."
            ),
            (
                f["no_rope_freq"] is ConfigValue.List { Items.Count: var entries } && entries != f.Config.NumLayers,
                $"no_rope_freq has {f.Words("no_rope_freq").Count} entries for {f.Config.NumLayers} layers."
            ),
            (
                f.Whole("flash_attention_version") is { } version && (version < 2 || version > 4),
                $"flash_attention_version is {f["flash_attention_version"]}; it must be 2, 3 or 4."
            ),
            (
                f.Whole("gdp_num_householder") < 1,
                $"gdp_num_householder is {f["gdp_num_householder"]}; it must be 1 or more."
            ),
            (
                f.On("gdp_cutedsl_kernel")
                    && f.Whole("gdp_num_chunk_states_to_recompute") is { } states
                    && (states < 0 || states > 64),
                $"gdp_num_chunk_states_to_recompute is {f["gdp_num_chunk_states_to_recompute"]}; it must be from 0 to 64."
            ),
            (f.Whole("mamba_chunk_size") < 1, $"mamba_chunk_size is {f["mamba_chunk_size"]}; it must be 1 or more."),
            (
                f.On("use_mup") && f.Whole("mup_base_hidden_size") <= 0,
                $"mup_base_hidden_size is {f["mup_base_hidden_size"]}; it must be 1 or more."
            ),
        ];

    private static IEnumerable<(bool, string)> DeltaNet(RuleFields f)
    {
        string kind = f.Word("experimental_attention_variant")!;
        string[] needed =
        [
            .. kind == "gdn" ? (string[])["linear_attention_freq"] : [],
            "linear_conv_kernel_dim",
            "linear_key_head_dim",
            "linear_value_head_dim",
            "linear_num_key_heads",
            "linear_num_value_heads",
        ];
        return needed.Select(field => (!f.IsSet(field), $"experimental_attention_variant {kind} needs {field}."));
    }

    private static IEnumerable<(bool, string)> Sparse(RuleFields f)
    {
        IEnumerable<string> kinds =
            f["cp_comm_type"] is ConfigValue.List ? f.Words("cp_comm_type") : [f.Word("cp_comm_type") ?? "null"];
        return
        [
            (f.Config.AddBiasLinear, "Sparse attention (dsa) has no biases; add_bias_linear must be false."),
            (
                f.Whole("dsa_indexer_topk_freq") < 1,
                $"dsa_indexer_topk_freq is {f["dsa_indexer_topk_freq"]}; it must be 1 or more."
            ),
            (
                f.Whole("dsa_indexer_skip_topk_offset") < 0,
                $"dsa_indexer_skip_topk_offset is {f["dsa_indexer_skip_topk_offset"]}; it must be 0 or more."
            ),
            (f.On("apply_rope_fusion"), "Sparse attention (dsa) does not go with apply_rope_fusion."),
            (
                f.Config.ContextParallelSize > 1
                    && !kinds.All(kind =>
                        kind.Replace("_", "", StringComparison.Ordinal)
                            .Equals("allgather", StringComparison.OrdinalIgnoreCase)
                    ),
                $"Sparse attention (dsa) with context parallelism needs cp_comm_type allgather, not {f["cp_comm_type"]}."
            ),
        ];
    }

    private static IEnumerable<(bool, string)> Latent(RuleFields f) =>
        [
            (f.Config.RotaryInterleaved, "rotary_interleaved does not go with multi_latent_attention."),
            (
                f.On("apply_rope_fusion") && f.Word("rope_type") is { } kind && kind != "yarn",
                $"apply_rope_fusion with multi_latent_attention needs rope_type yarn, not {f["rope_type"]}."
            ),
            (f.On("attention_output_gate"), "attention_output_gate does not go with multi_latent_attention."),
            (
                f.On("cache_mla_latents") && f.On("apply_rope_fusion"),
                "cache_mla_latents does not go with apply_rope_fusion."
            ),
        ];
}
