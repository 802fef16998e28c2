namespace MegatronBridge.Config;

// Fields that no provider class of upstream has. They stand in run_config.yaml like the others, only when they are set.
public abstract partial class ModelProvider
{
    /// <summary>The key of <see cref="HfArchitecture"/>.</summary>
    internal const string ArchitectureKey = "hf_architecture";

    /// <summary>The Hugging Face architecture, for models that upstream does not convert: their provider class serves many families.</summary>
    public string? HfArchitecture
    {
        get => Extension(ArchitectureKey) is ConfigValue.Text { Value: var name } ? name : null;
        set => SetExtension(ArchitectureKey, value is null ? ConfigValue.Null : value);
    }

    /// <summary>True when the attention's output projection has biases though <c>add_bias_linear</c> is false.</summary>
    public bool AddAttentionOutputBias
    {
        get => Extension("add_attention_output_bias") == true;
        set => SetExtension("add_attention_output_bias", value ? true : ConfigValue.Null);
    }

    /// <summary>True when a dense MLP has biases though <c>add_bias_linear</c> is false.</summary>
    public bool AddMlpBias
    {
        get => Extension("add_mlp_bias") == true;
        set => SetExtension("add_mlp_bias", value ? true : ConfigValue.Null);
    }

    /// <summary>True when the head has a bias: <c>output_layer.bias</c>.</summary>
    public bool AddOutputLayerBias
    {
        get => Extension("add_output_layer_bias") == true;
        set => SetExtension("add_output_layer_bias", value ? true : ConfigValue.Null);
    }

    /// <summary>What attention and MLP are multiplied by before they join the residual stream.</summary>
    public ConfigValue ResidualMultiplier
    {
        get => Extension("residual_multiplier") is { IsNull: false } value ? value : 1.0;
        set => SetExtension("residual_multiplier", value == 1.0 ? ConfigValue.Null : value);
    }

    /// <summary>
    /// The <c>rope_parameters</c> of a config.json that scale positions in a way that Megatron-Core lacks, without base and share of
    /// channels; null where there are none.
    /// </summary>
    public ConfigValue HfRopeParameters
    {
        get => Extension("hf_rope_parameters");
        set => SetExtension("hf_rope_parameters", value);
    }

    /// <summary>What YaRN scales queries and keys by where the config says so itself; null where it follows from the factor.</summary>
    public ConfigValue YarnAttentionFactor
    {
        get => Extension("yarn_attention_factor");
        set => SetExtension("yarn_attention_factor", value);
    }

    /// <summary>How fast queries grow with their position (Llama 4, Ministral 3), or null for not at all.</summary>
    public ConfigValue Llama4ScalingBeta
    {
        get => Extension("llama_4_scaling_beta");
        set => SetExtension("llama_4_scaling_beta", value);
    }

    /// <summary>
    /// Whether the weights of a token's experts are made to add up to one, where a config says otherwise than Megatron-Core's router does;
    /// null for what the router does.
    /// </summary>
    public bool? NormTopkProb
    {
        get => Extension("norm_topk_prob") is ConfigValue.Flag { Value: var isNormed } ? isNormed : null;
        set => SetExtension("norm_topk_prob", value is { } isNormed ? isNormed : ConfigValue.Null);
    }

    /// <summary>
    /// Of how many experts the scores count for their group, where it is not the experts of a token divided by its groups, as in Megatron-Core;
    /// null where it is.
    /// </summary>
    public int? GroupScoreExperts
    {
        get => Extension("group_score_experts") is ConfigValue.Integer { Value: var experts } ? (int)experts : null;
        set => SetExtension("group_score_experts", value is { } experts ? (long)experts : ConfigValue.Null);
    }

    /// <summary>What the norms inside latent attention add to the variance, where it is not <c>layernorm_epsilon</c>; null where it is.</summary>
    public double? LatentNormEpsilon
    {
        get => Extension("latent_norm_epsilon") is ConfigValue.Number { Value: var epsilon } ? epsilon : null;
        set => SetExtension("latent_norm_epsilon", value is { } epsilon ? epsilon : ConfigValue.Null);
    }

    /// <summary>How near to the best an expert must be to be chosen by SparseMixer (Phi-3.5-MoE), or null for ordinary routing.</summary>
    public ConfigValue MoeSparsemixerJitterEps
    {
        get => Extension("moe_sparsemixer_jitter_eps");
        set => SetExtension("moe_sparsemixer_jitter_eps", value);
    }
}
