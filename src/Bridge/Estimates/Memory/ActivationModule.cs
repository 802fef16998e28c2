namespace MegatronBridge.Estimates.Memory;

/// <summary>What keeps an activation: the unit of which selective recomputation chooses.</summary>
internal enum ActivationModule
{
    /// <summary>Whatever no selective recomputation frees.</summary>
    Kept,

    /// <summary>The core of attention: scores, and what normalises them (<c>core_attn</c>).</summary>
    CoreAttention,

    /// <summary>The output of a norm that is a module of its own (<c>layernorm</c>).</summary>
    Norm,

    /// <summary>Latent attention's projections up (<c>mla_up_proj</c>).</summary>
    LatentUp,

    /// <summary>A dense MLP (<c>mlp</c>).</summary>
    Mlp,

    /// <summary>The activation function of experts (<c>moe_act</c>, <c>moe</c>).</summary>
    ExpertActivation,

    /// <summary>The rest of a layer of experts (<c>moe</c>).</summary>
    Experts,

    /// <summary>Shared experts (<c>shared_experts</c>, <c>moe</c>).</summary>
    SharedExperts,

    /// <summary>The norm behind a gated delta net (<c>gdn_norm_out</c>).</summary>
    DeltaNorm,
}
