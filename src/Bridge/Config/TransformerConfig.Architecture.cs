namespace MegatronBridge.Config;

// Sizes and kinds of the layers.
public partial class TransformerConfig
{
    /// <summary>Decoder layers, those for multi-token prediction not counted.</summary>
    public int NumLayers
    {
        get => Integer("num_layers");
        set => this["num_layers"] = value;
    }

    /// <summary>Width of the residual stream.</summary>
    public int HiddenSize
    {
        get => Integer("hidden_size");
        set => this["hidden_size"] = value;
    }

    /// <summary>Attention heads.</summary>
    public int NumAttentionHeads
    {
        get => Integer("num_attention_heads");
        set => this["num_attention_heads"] = value;
    }

    /// <summary>Layers for multi-token prediction behind the decoder, or null for none.</summary>
    public int? MtpNumLayers
    {
        get => IntegerOrNull("mtp_num_layers");
        set => this["mtp_num_layers"] = Of(value);
    }

    /// <summary>True when all multi-token predictions share one layer.</summary>
    public bool MtpUseRepeatedLayer
    {
        get => Flag("mtp_use_repeated_layer");
        set => this["mtp_use_repeated_layer"] = value;
    }

    /// <summary><c>LayerNorm</c> or <c>RMSNorm</c>.</summary>
    public string Normalization
    {
        get => Text("normalization");
        set => this["normalization"] = value;
    }

    /// <summary>What the norms add to the variance.</summary>
    public double LayernormEpsilon
    {
        get => Number("layernorm_epsilon");
        set => this["layernorm_epsilon"] = value;
    }

    /// <summary>True when a norm scales by 1 + weight.</summary>
    public bool LayernormZeroCenteredGamma
    {
        get => Flag("layernorm_zero_centered_gamma");
        set => this["layernorm_zero_centered_gamma"] = value;
    }

    /// <summary>True when linear layers have biases.</summary>
    public bool AddBiasLinear
    {
        get => Flag("add_bias_linear");
        set => this["add_bias_linear"] = value;
    }

    /// <summary>True when the query, key and value projection has biases.</summary>
    public bool AddQkvBias
    {
        get => Flag("add_qkv_bias");
        set => this["add_qkv_bias"] = value;
    }

    /// <summary>True when the MLP has a gate beside its up projection.</summary>
    public bool GatedLinearUnit
    {
        get => Flag("gated_linear_unit");
        set => this["gated_linear_unit"] = value;
    }

    /// <summary>The activation, one of <see cref="Targets"/>.</summary>
    public ConfigValue ActivationFunc
    {
        get => this["activation_func"];
        set => this["activation_func"] = value;
    }

    /// <summary>Bound of the gate and the up projection, or null.</summary>
    public double? ActivationFuncClampValue
    {
        get => NumberOrNull("activation_func_clamp_value");
        set => this["activation_func_clamp_value"] = Of(value);
    }

    /// <summary>What is added to the up projection before it meets the gate.</summary>
    public double GluLinearOffset
    {
        get => Number("glu_linear_offset");
        set => this["glu_linear_offset"] = value;
    }

    /// <summary>True when queries and keys are normed.</summary>
    public bool QkLayernorm
    {
        get => Flag("qk_layernorm");
        set => this["qk_layernorm"] = value;
    }

    /// <summary>True when queries and keys are divided by their length.</summary>
    public bool QkL2Norm
    {
        get => Flag("qk_l2_norm");
        set => this["qk_l2_norm"] = value;
    }

    /// <summary>True when keys and values come from a compressed vector.</summary>
    public bool MultiLatentAttention
    {
        get => Flag("multi_latent_attention");
        set => this["multi_latent_attention"] = value;
    }

    /// <summary>True when the query projection has a gate for the attention's output beside it.</summary>
    public bool AttentionOutputGate
    {
        get => Flag("attention_output_gate");
        set => this["attention_output_gate"] = value;
    }

    /// <summary>Attention other than the ordinary one, <c>gated_delta_net</c> for example, or null.</summary>
    public string? ExperimentalAttentionVariant
    {
        get => TextOrNull("experimental_attention_variant");
        set => this["experimental_attention_variant"] = value;
    }

    /// <summary>Which layers have linear attention: an interval, or 1 and 0 for each layer; null for none.</summary>
    public ConfigValue LinearAttentionFreq
    {
        get => this["linear_attention_freq"];
        set => this["linear_attention_freq"] = value;
    }

    /// <summary>Kernel size of the convolution in linear attention.</summary>
    public int? LinearConvKernelDim
    {
        get => IntegerOrNull("linear_conv_kernel_dim");
        set => this["linear_conv_kernel_dim"] = Of(value);
    }

    /// <summary>Size of a key head in linear attention.</summary>
    public int? LinearKeyHeadDim
    {
        get => IntegerOrNull("linear_key_head_dim");
        set => this["linear_key_head_dim"] = Of(value);
    }

    /// <summary>Size of a value head in linear attention.</summary>
    public int? LinearValueHeadDim
    {
        get => IntegerOrNull("linear_value_head_dim");
        set => this["linear_value_head_dim"] = Of(value);
    }

    /// <summary>Key heads in linear attention.</summary>
    public int? LinearNumKeyHeads
    {
        get => IntegerOrNull("linear_num_key_heads");
        set => this["linear_num_key_heads"] = Of(value);
    }

    /// <summary>Value heads in linear attention.</summary>
    public int? LinearNumValueHeads
    {
        get => IntegerOrNull("linear_num_value_heads");
        set => this["linear_num_value_heads"] = Of(value);
    }

    /// <summary>How far attention looks back and ahead, as two numbers; null for everywhere.</summary>
    public ConfigValue WindowSize
    {
        get => this["window_size"];
        set => this["window_size"] = value;
    }

    /// <summary>How many tokens attention sees, the present one included, or null for all. (Megatron counts those before it.)</summary>
    public int? Window
    {
        get =>
            WindowSize is ConfigValue.List { Items: [ConfigValue.Integer { Value: var before }, _] }
                ? (int)before + 1
                : null;
        set => WindowSize = value is { } window ? ConfigValue.ListOf(window - 1L, 0L) : ConfigValue.Null;
    }

    /// <summary>Which layers have no window: an interval, or 1 (window) and 0 for each layer; null for none.</summary>
    public ConfigValue WindowAttnSkipFreq
    {
        get => this["window_attn_skip_freq"];
        set => this["window_attn_skip_freq"] = value;
    }

    /// <summary>Factor of the attention scores, or null for 1/√kv_channels.</summary>
    public double? SoftmaxScale
    {
        get => NumberOrNull("softmax_scale");
        set => this["softmax_scale"] = Of(value);
    }

    /// <summary><c>vanilla</c>, <c>off-by-one</c> or <c>learnable</c> (a sink for each head).</summary>
    public string SoftmaxType
    {
        get => Text("softmax_type");
        set => this["softmax_type"] = value;
    }

    /// <summary>Probability of dropping an attention weight.</summary>
    public double AttentionDropout
    {
        get => Number("attention_dropout");
        set => this["attention_dropout"] = value;
    }

    /// <summary>Probability of dropping an element of the residual stream.</summary>
    public double HiddenDropout
    {
        get => Number("hidden_dropout");
        set => this["hidden_dropout"] = value;
    }

    /// <summary>True when attention weights are computed in float32.</summary>
    public bool AttentionSoftmaxInFp32
    {
        get => Flag("attention_softmax_in_fp32");
        set => this["attention_softmax_in_fp32"] = value;
    }

    /// <summary>True when the residual stream is float32.</summary>
    public bool Fp32ResidualConnection
    {
        get => Flag("fp32_residual_connection");
        set => this["fp32_residual_connection"] = value;
    }

    /// <summary>True when the residual is taken behind the norm.</summary>
    public bool ApplyResidualConnectionPostLayernorm
    {
        get => Flag("apply_residual_connection_post_layernorm");
        set => this["apply_residual_connection_post_layernorm"] = value;
    }

    /// <summary>Standard deviation of random weights.</summary>
    public double InitMethodStd
    {
        get => Number("init_method_std");
        set => this["init_method_std"] = value;
    }

    /// <summary>True when layers are of several kinds, as a pattern says.</summary>
    public bool IsHybridModel
    {
        get => Flag("is_hybrid_model");
        set => this["is_hybrid_model"] = value;
    }

    /// <summary>Size of the state of a Mamba head.</summary>
    public int MambaStateDim
    {
        get => Integer("mamba_state_dim");
        set => this["mamba_state_dim"] = value;
    }

    /// <summary>Channels of a Mamba head.</summary>
    public int MambaHeadDim
    {
        get => Integer("mamba_head_dim");
        set => this["mamba_head_dim"] = value;
    }

    /// <summary>Groups of Mamba heads that share B and C.</summary>
    public int MambaNumGroups
    {
        get => Integer("mamba_num_groups");
        set => this["mamba_num_groups"] = value;
    }

    /// <summary>Mamba heads.</summary>
    public int? MambaNumHeads
    {
        get => IntegerOrNull("mamba_num_heads");
        set => this["mamba_num_heads"] = Of(value);
    }

    /// <summary>True when each layer is described on its own.</summary>
    public bool HeterogeneousBlockSpecs
    {
        get => Flag("heterogeneous_block_specs");
        set => this["heterogeneous_block_specs"] = value;
    }

    /// <summary>True when a checkpoint keeps each layer under its own key. (The spelling is upstream's.)</summary>
    public bool HetereogenousDistCheckpoint
    {
        get => Flag("hetereogenous_dist_checkpoint");
        set => this["hetereogenous_dist_checkpoint"] = value;
    }

    /// <summary>Who computes the layers: <c>transformer_engine</c>, <c>local</c> or <c>inference_optimized</c>.</summary>
    public string TransformerImpl
    {
        get => Text("transformer_impl");
        set => this["transformer_impl"] = value;
    }

    /// <summary>The attention implementation.</summary>
    public ConfigValue AttentionBackend
    {
        get => this["attention_backend"];
        set => this["attention_backend"] = value;
    }

    /// <summary>How context parallel ranks exchange keys and values, or null.</summary>
    public ConfigValue CpCommType
    {
        get => this["cp_comm_type"];
        set => this["cp_comm_type"] = value;
    }

    /// <summary>Which layers have no rotary embedding: an interval, or 1 (none) and 0 for each layer; null for no such layer.</summary>
    public ConfigValue NoRopeFreq
    {
        get => this["no_rope_freq"];
        set => this["no_rope_freq"] = value;
    }
}
