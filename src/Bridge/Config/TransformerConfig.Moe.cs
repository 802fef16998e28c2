namespace MegatronBridge.Config;

// Mixtures of experts.
public partial class TransformerConfig
{
    /// <summary>Routed experts of a layer, or null for a dense model.</summary>
    public int? NumMoeExperts
    {
        get => IntegerOrNull("num_moe_experts");
        set => this["num_moe_experts"] = Of(value);
    }

    /// <summary>Width of an expert.</summary>
    public int? MoeFfnHiddenSize
    {
        get => IntegerOrNull("moe_ffn_hidden_size");
        set => this["moe_ffn_hidden_size"] = Of(value);
    }

    /// <summary>Which layers have experts: an interval, or 1 and 0 for each layer.</summary>
    public ConfigValue MoeLayerFreq
    {
        get => this["moe_layer_freq"];
        set => this["moe_layer_freq"] = value;
    }

    /// <summary>Experts that each token visits.</summary>
    public int MoeRouterTopk
    {
        get => Integer("moe_router_topk");
        set => this["moe_router_topk"] = value;
    }

    /// <summary>True when the router takes softmax before it chooses.</summary>
    public bool MoeRouterPreSoftmax
    {
        get => Flag("moe_router_pre_softmax");
        set => this["moe_router_pre_softmax"] = value;
    }

    /// <summary><c>softmax</c>, <c>sigmoid</c> or <c>sqrtsoftplus</c>.</summary>
    public string MoeRouterScoreFunction
    {
        get => Text("moe_router_score_function");
        set => this["moe_router_score_function"] = value;
    }

    /// <summary>True when each expert has a bias for choosing.</summary>
    public bool MoeRouterEnableExpertBias
    {
        get => Flag("moe_router_enable_expert_bias");
        set => this["moe_router_enable_expert_bias"] = value;
    }

    /// <summary><c>fp32</c> or <c>fp64</c> when the router computes more precisely, else null.</summary>
    public string? MoeRouterDtype
    {
        get => TextOrNull("moe_router_dtype");
        set => this["moe_router_dtype"] = value;
    }

    /// <summary>Groups of experts to choose from, or null.</summary>
    public int? MoeRouterNumGroups
    {
        get => IntegerOrNull("moe_router_num_groups");
        set => this["moe_router_num_groups"] = Of(value);
    }

    /// <summary>Groups that each token may visit, or null.</summary>
    public int? MoeRouterGroupTopk
    {
        get => IntegerOrNull("moe_router_group_topk");
        set => this["moe_router_group_topk"] = Of(value);
    }

    /// <summary>Factor of the chosen experts' weights, or null.</summary>
    public double? MoeRouterTopkScalingFactor
    {
        get => NumberOrNull("moe_router_topk_scaling_factor");
        set => this["moe_router_topk_scaling_factor"] = Of(value);
    }

    /// <summary>How the load is balanced: <c>aux_loss</c>, <c>seq_aux_loss</c>, ….</summary>
    public ConfigValue MoeRouterLoadBalancingType
    {
        get => this["moe_router_load_balancing_type"];
        set => this["moe_router_load_balancing_type"] = value;
    }

    /// <summary>Weight of the balancing loss.</summary>
    public ConfigValue MoeAuxLossCoeff
    {
        get => this["moe_aux_loss_coeff"];
        set => this["moe_aux_loss_coeff"] = value;
    }

    /// <summary>Width of the experts that all tokens visit, taken together, or null for none.</summary>
    public int? MoeSharedExpertIntermediateSize
    {
        get => IntegerOrNull("moe_shared_expert_intermediate_size");
        set => this["moe_shared_expert_intermediate_size"] = Of(value);
    }

    /// <summary>True when a gate weighs the shared experts.</summary>
    public bool MoeSharedExpertGate
    {
        get => Flag("moe_shared_expert_gate");
        set => this["moe_shared_expert_gate"] = value;
    }

    /// <summary>True when shared experts compute while tokens travel.</summary>
    public bool MoeSharedExpertOverlap
    {
        get => Flag("moe_shared_expert_overlap");
        set => this["moe_shared_expert_overlap"] = value;
    }

    /// <summary>True when the experts of a rank are computed in one product.</summary>
    public bool MoeGroupedGemm
    {
        get => Flag("moe_grouped_gemm");
        set => this["moe_grouped_gemm"] = value;
    }

    /// <summary>True when sorting tokens by expert is one kernel.</summary>
    public bool MoePermuteFusion
    {
        get => Flag("moe_permute_fusion");
        set => this["moe_permute_fusion"] = value;
    }

    /// <summary>How tokens travel to their experts: <c>allgather</c>, <c>alltoall</c> or <c>flex</c>.</summary>
    public string MoeTokenDispatcherType
    {
        get => Text("moe_token_dispatcher_type");
        set => this["moe_token_dispatcher_type"] = value;
    }

    /// <summary>Width of the projection that routed experts work in, or null for the hidden size.</summary>
    public int? MoeLatentSize
    {
        get => IntegerOrNull("moe_latent_size");
        set => this["moe_latent_size"] = Of(value);
    }
}
