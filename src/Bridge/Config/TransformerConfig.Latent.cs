namespace MegatronBridge.Config;

// Positions, multi-latent and sparse attention.
public partial class TransformerConfig
{
    /// <summary>Base of the rotary frequencies.</summary>
    public double RotaryBase
    {
        get => Number("rotary_base");
        set => this["rotary_base"] = value;
    }

    /// <summary>Share of a head's channels that rotate.</summary>
    public double RotaryPercent
    {
        get => Number("rotary_percent");
        set => this["rotary_percent"] = value;
    }

    /// <summary>Factor of YaRN scaling with multi-latent attention.</summary>
    public double? RotaryScalingFactor
    {
        get => NumberOrNull("rotary_scaling_factor");
        set => this["rotary_scaling_factor"] = Of(value);
    }

    /// <summary>True when neighbouring channels rotate together, not channel i and i + half.</summary>
    public bool RotaryInterleaved
    {
        get => Flag("rotary_interleaved");
        set => this["rotary_interleaved"] = value;
    }

    /// <summary>Channels for time, height and width in multimodal rotary embeddings, or null.</summary>
    public ConfigValue MropeSection
    {
        get => this["mrope_section"];
        set => this["mrope_section"] = value;
    }

    /// <summary>MLA: size of the compressed query, or null for none.</summary>
    public int? QLoraRank
    {
        get => IntegerOrNull("q_lora_rank");
        set => this["q_lora_rank"] = Of(value);
    }

    /// <summary>MLA: size of the compressed key and value.</summary>
    public int KvLoraRank
    {
        get => Integer("kv_lora_rank");
        set => this["kv_lora_rank"] = value;
    }

    /// <summary>MLA: channels of a head that do not rotate.</summary>
    public int QkHeadDim
    {
        get => Integer("qk_head_dim");
        set => this["qk_head_dim"] = value;
    }

    /// <summary>MLA: channels of a head that rotate.</summary>
    public int QkPosEmbHeadDim
    {
        get => Integer("qk_pos_emb_head_dim");
        set => this["qk_pos_emb_head_dim"] = value;
    }

    /// <summary>MLA: channels of a value head.</summary>
    public int VHeadDim
    {
        get => Integer("v_head_dim");
        set => this["v_head_dim"] = value;
    }

    /// <summary>MLA: factor of the attention scale.</summary>
    public double Mscale
    {
        get => Number("mscale");
        set => this["mscale"] = value;
    }

    /// <summary>MLA: factor of the attention scale for all channels.</summary>
    public double MscaleAllDim
    {
        get => Number("mscale_all_dim");
        set => this["mscale_all_dim"] = value;
    }

    /// <summary>MLA: rotations above which a channel is not scaled.</summary>
    public double BetaFast
    {
        get => Number("beta_fast");
        set => this["beta_fast"] = value;
    }

    /// <summary>MLA: rotations below which a channel is scaled in full.</summary>
    public double BetaSlow
    {
        get => Number("beta_slow");
        set => this["beta_slow"] = value;
    }

    /// <summary>MLA: longest sequence before scaling.</summary>
    public int OriginalMaxPositionEmbeddings
    {
        get => Integer("original_max_position_embeddings");
        set => this["original_max_position_embeddings"] = value;
    }

    /// <summary>Sparse attention: heads of the indexer, or null.</summary>
    public int? DsaIndexerNHeads
    {
        get => IntegerOrNull("dsa_indexer_n_heads");
        set => this["dsa_indexer_n_heads"] = Of(value);
    }

    /// <summary>Sparse attention: channels of a head of the indexer, or null.</summary>
    public int? DsaIndexerHeadDim
    {
        get => IntegerOrNull("dsa_indexer_head_dim");
        set => this["dsa_indexer_head_dim"] = Of(value);
    }

    /// <summary>Sparse attention: every n-th layer has an indexer, the others use the choice of the one before.</summary>
    public int DsaIndexerTopkFreq
    {
        get => Integer("dsa_indexer_topk_freq");
        set => this["dsa_indexer_topk_freq"] = value;
    }

    /// <summary>Sparse attention: layers at the beginning that all have an indexer.</summary>
    public int DsaIndexerSkipTopkOffset
    {
        get => Integer("dsa_indexer_skip_topk_offset");
        set => this["dsa_indexer_skip_topk_offset"] = value;
    }

    /// <summary>Hybrid models: the letters of the layers of one multi-token prediction, or null.</summary>
    public string? MtpHybridOverridePattern
    {
        get => TextOrNull("mtp_hybrid_override_pattern");
        set => this["mtp_hybrid_override_pattern"] = value;
    }
}
