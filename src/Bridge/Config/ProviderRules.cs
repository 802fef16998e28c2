using MegatronBridge.Config.Rules;

namespace MegatronBridge.Config;

/// <summary>What must hold between the fields of a complete provider; upstream's rules, all but those on the versions of packages.</summary>
internal static class ProviderRules
{
    private static readonly Func<RuleFields, IEnumerable<(bool IsBroken, string Fault)>>[] AllRules =
    [
        ParallelRules.Of,
        PipelineRules.Of,
        AttentionRules.Of,
        MixerRules.Of,
        ExpertRules.Of,
        PrecisionRules.Of,
        FusionRules.Of,
        MemoryRules.Of,
        GraphRules.Of,
        InferenceRules.Of,
    ];

    // Of classes that have them, and where they are set.
    private static readonly (string Field, int Least)[] OwnSizes =
    [
        ("mamba_num_heads", 1),
        ("mamba_head_dim", 1),
        ("mamba_state_dim", 1),
        ("global_kv_channels", 1),
        ("num_global_query_groups", 1),
        ("global_head_dim", 1),
        ("num_global_key_value_heads", 1),
        ("num_kv_shared_layers", 0),
        ("per_layer_embed_dim", 0),
        ("qk_pos_emb_head_dim", 0),
    ];

    /// <summary>Throws one exception for all rules that are broken.</summary>
    public static void Check(TransformerConfig provider)
    {
        RuleFields fields = new(provider);
        List<string> faults = [.. Sizes(provider)];
        if (faults.Count > 0)
        {
            throw new InvalidConfigException(faults); // nothing can be divided by sizes that are none
        }

        faults =
        [
            .. Attention(provider),
            .. Moe(provider),
            .. AllRules.SelectMany(rules => rules(fields)).Where(rule => rule.IsBroken).Select(rule => rule.Fault),
            .. Vocabulary(provider),
        ];
        if (faults.Count > 0)
        {
            throw new InvalidConfigException(faults);
        }
    }

    private static IEnumerable<string> Sizes(TransformerConfig p)
    {
        (string Field, int Value)[] positive =
        [
            ("num_layers", p.NumLayers),
            ("hidden_size", p.HiddenSize),
            ("num_attention_heads", p.NumAttentionHeads),
            ("num_query_groups", p.NumQueryGroups),
            ("kv_channels", p.KvChannels),
            ("ffn_hidden_size", p.FfnHiddenSize),
            ("tensor_model_parallel_size", p.TensorModelParallelSize),
            ("pipeline_model_parallel_size", p.PipelineModelParallelSize),
            ("virtual_pipeline_model_parallel_size", p.VirtualPipelineModelParallelSize ?? 1),
            ("expert_model_parallel_size", p.ExpertModelParallelSize),
            ("expert_tensor_parallel_size", p.ExpertTensorParallelSize),
            ("context_parallel_size", p.ContextParallelSize),
            ("make_vocab_size_divisible_by", (p as ModelProvider)?.MakeVocabSizeDivisibleBy ?? 1),
            ("num_moe_experts", p.NumMoeExperts ?? 1),
            ("moe_ffn_hidden_size", p.MoeFfnHiddenSize ?? 1),
            ("moe_shared_expert_intermediate_size", p.MoeSharedExpertIntermediateSize ?? 1),
        ];
        foreach ((string field, int value) in positive)
        {
            if (value < 1)
            {
                yield return $"{field} is {value}; it must be 1 or more.";
            }
        }

        foreach ((string field, int least) in OwnSizes)
        {
            if (p.Has(field) && p[field] is ConfigValue.Integer { Value: var size } && size < least)
            {
                yield return $"{field} is {size}; it must be {least} or more.";
            }
        }
    }

    private static IEnumerable<string> Attention(TransformerConfig p)
    {
        (int heads, int groups, int tp) = (p.NumAttentionHeads, p.NumQueryGroups, p.TensorModelParallelSize);
        if (!Divides(tp, heads))
        {
            yield return $"num_attention_heads ({heads}) must be a multiple of tensor_model_parallel_size ({tp}).";
        }

        if (
            p.Has("sliding_attention_setting")
            && p["sliding_attention_setting"] is ConfigValue.Map setting
            && setting.Find("num_attention_heads") is ConfigValue.Integer { Value: var windowed }
            && windowed % tp != 0
        )
        {
            yield return $"num_attention_heads of the layers with a window ({windowed}) must be a multiple of "
                + $"tensor_model_parallel_size ({tp}).";
        }

        if (!Divides(tp, groups) && !Divides(groups, tp))
        {
            yield return $"num_query_groups ({groups}) must be a multiple or a divisor of tensor_model_parallel_size ({tp}).";
        }

        if (!p.MultiLatentAttention && !Divides(groups, heads))
        {
            yield return $"num_attention_heads ({heads}) must be a multiple of num_query_groups ({groups}).";
        }

        if (p.ExperimentalAttentionVariant is "gdn" or "gdn2")
        {
            (int keys, int values, int ranks) = (
                p.LinearNumKeyHeads ?? 0,
                p.LinearNumValueHeads ?? 0,
                tp * p.ContextParallelSize
            );
            if (!Divides(keys, values))
            {
                yield return $"linear_num_value_heads ({values}) must be a multiple of linear_num_key_heads ({keys}).";
            }

            if (!Divides(ranks, keys) || !Divides(ranks, values))
            {
                yield return $"linear_num_key_heads ({keys}) and linear_num_value_heads ({values}) must be multiples of "
                    + $"tensor_model_parallel_size × context_parallel_size ({ranks}).";
            }
        }

        if (p.ExperimentalAttentionVariant == "dsv4_hybrid" && tp > 1)
        {
            yield return $"The attention of DeepSeek V4 cannot be cut: tensor_model_parallel_size is {tp}, not 1.";
        }
    }

    private static IEnumerable<string> Moe(TransformerConfig p)
    {
        int ep = p.ExpertModelParallelSize;
        if (p.NumMoeExperts is not { } experts)
        {
            if (ep > 1)
            {
                yield return $"expert_model_parallel_size is {ep}, but the model has no experts (num_moe_experts is null).";
            }

            if (p.MoeFfnHiddenSize is { } width)
            {
                yield return $"moe_ffn_hidden_size is {width}, but the model has no experts (num_moe_experts is null).";
            }

            yield break;
        }

        if (!Divides(ep, experts))
        {
            yield return $"num_moe_experts ({experts}) must be a multiple of expert_model_parallel_size ({ep}).";
        }

        if (p.MoeRouterTopk > experts)
        {
            yield return $"moe_router_topk ({p.MoeRouterTopk}) must not exceed num_moe_experts ({experts}).";
        }

        if (p.AddBiasLinear && p.ExpertTensorParallelSize > 1)
        {
            yield return $"Experts with biases cannot be cut: expert_tensor_parallel_size is {p.ExpertTensorParallelSize}, not 1.";
        }

        if (p.MoeLayerFreq is ConfigValue.List layers && layers.Items.Count != p.NumLayers)
        {
            yield return $"moe_layer_freq has {layers.Items.Count} entries for {p.NumLayers} layers.";
        }

        if (p.MoeRouterEnableExpertBias && p.MoeRouterScoreFunction is not ("sigmoid" or "sqrtsoftplus"))
        {
            yield return $"moe_router_enable_expert_bias needs the score function sigmoid or sqrtsoftplus, not {p.MoeRouterScoreFunction}.";
        }

        if (p.MoeRouterGroupTopk is { } topk && topk > 0)
        {
            int groups = p.MoeRouterNumGroups ?? 0;
            if (groups < 1 || !Divides(groups, experts) || topk > groups)
            {
                yield return $"moe_router_num_groups ({groups}) must divide num_moe_experts ({experts}) and be at least "
                    + $"moe_router_group_topk ({topk}).";
            }
        }
    }

    private static IEnumerable<string> Vocabulary(TransformerConfig p)
    {
        if (
            p is ModelProvider { ShouldPadVocab: false } model
            && !model["vocab_size"].IsNull
            && model.PaddedVocabSize % p.TensorModelParallelSize != 0
        )
        {
            yield return $"vocab_size ({model.VocabSize}) must be a multiple of tensor_model_parallel_size ({p.TensorModelParallelSize}). "
                + "Set should_pad_vocab=true to pad it with zero rows.";
        }
    }

    private static bool Divides(int divisor, int number) => divisor > 0 && number % divisor == 0;
}
