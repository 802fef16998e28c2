namespace MegatronBridge.Config;

// Embeddings, positions, vocabulary; what GPT and MLA providers add.
public abstract partial class ModelProvider
{
    /// <summary>True when the output layer is the embedding.</summary>
    public bool ShareEmbeddingsAndOutputWeights
    {
        get => Flag("share_embeddings_and_output_weights");
        set => this["share_embeddings_and_output_weights"] = value;
    }

    /// <summary>The padded vocabulary is a multiple of this times the tensor parallel size.</summary>
    public int MakeVocabSizeDivisibleBy
    {
        get => Integer("make_vocab_size_divisible_by");
        set => this["make_vocab_size_divisible_by"] = value;
    }

    /// <summary>True when the vocabulary is padded.</summary>
    public bool ShouldPadVocab
    {
        get => Has("should_pad_vocab") && Flag("should_pad_vocab");
        set => this["should_pad_vocab"] = value;
    }

    /// <summary>Longest sequence.</summary>
    public int SeqLength
    {
        get => Integer("seq_length");
        set => this["seq_length"] = value;
    }

    /// <summary><c>rope</c>, <c>yarn</c>, <c>mrope</c>, <c>learned_absolute</c> or <c>none</c>.</summary>
    public string PositionEmbeddingType
    {
        get => Text("position_embedding_type");
        set => this["position_embedding_type"] = value;
    }

    /// <summary>True for the scaling of Llama 3.1.</summary>
    public bool RopeScaling
    {
        get => Flag("rope_scaling");
        set => this["rope_scaling"] = value;
    }

    /// <summary>Factor of that scaling.</summary>
    public double RopeScalingFactor
    {
        get => Number("rope_scaling_factor");
        set => this["rope_scaling_factor"] = value;
    }

    /// <summary>Factor that stretches positions (linear scaling), or null.</summary>
    public double? SeqLenInterpolationFactor
    {
        get => NumberOrNull("seq_len_interpolation_factor");
        set => this["seq_len_interpolation_factor"] = Of(value);
    }

    /// <summary>Factor of YaRN scaling, or null.</summary>
    public double? YarnRotaryScalingFactor
    {
        get => NumberOrNull("yarn_rotary_scaling_factor");
        set => this["yarn_rotary_scaling_factor"] = Of(value);
    }

    /// <summary>Longest sequence before YaRN scaling.</summary>
    public int? YarnOriginalMaxPositionEmbeddings
    {
        get => IntegerOrNull("yarn_original_max_position_embeddings");
        set => this["yarn_original_max_position_embeddings"] = Of(value);
    }

    /// <summary>YaRN: rotations above which a channel is not scaled.</summary>
    public double? YarnBetaFast
    {
        get => NumberOrNull("yarn_beta_fast");
        set => this["yarn_beta_fast"] = Of(value);
    }

    /// <summary>YaRN: rotations below which a channel is scaled in full.</summary>
    public double? YarnBetaSlow
    {
        get => NumberOrNull("yarn_beta_slow");
        set => this["yarn_beta_slow"] = Of(value);
    }

    /// <summary>YaRN: factor of the attention scale.</summary>
    public double? YarnMscale
    {
        get => NumberOrNull("yarn_mscale");
        set => this["yarn_mscale"] = Of(value);
    }

    /// <summary>YaRN: factor of the attention scale for all channels.</summary>
    public double? YarnMscaleAllDim
    {
        get => NumberOrNull("yarn_mscale_all_dim");
        set => this["yarn_mscale_all_dim"] = Of(value);
    }

    /// <summary>YaRN: true when the bounds of the scaled channels are rounded.</summary>
    public bool? YarnCorrectionRangeRoundToInt
    {
        get => FlagOrNull("yarn_correction_range_round_to_int");
        set => this["yarn_correction_range_round_to_int"] = Of(value);
    }

    /// <summary>Where the model was converted from.</summary>
    public string? HfModelId
    {
        get => TextOrNull("hf_model_id");
        set => this["hf_model_id"] = value;
    }

    /// <summary>Hybrid models: a letter for each layer: M Mamba, * attention, - MLP, E experts, G delta net.</summary>
    public string? HybridLayerPattern
    {
        get => TextOrNull("hybrid_layer_pattern");
        set => this["hybrid_layer_pattern"] = value;
    }

    /// <summary>Hybrid models: tokens that the scan takes at once.</summary>
    public int MambaChunkSize
    {
        get => Integer("mamba_chunk_size");
        set => this["mamba_chunk_size"] = value;
    }

    /// <summary>The function that describes the layers.</summary>
    public ConfigValue TransformerLayerSpec
    {
        get => this["transformer_layer_spec"];
        set => this["transformer_layer_spec"] = value;
    }
}
