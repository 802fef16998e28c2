namespace MegatronBridge.Config;

// Fields that only Megatron-Core's development branch has; elsewhere they count as switched off.
public abstract partial class ModelProvider
{
    /// <summary>True when the layers read from, and write to, several residual streams.</summary>
    public bool HasHyperConnections => Has("enable_hyper_connections") && Flag("enable_hyper_connections");

    /// <summary>True when the projection in has a gate for each head, and not for each of its channels.</summary>
    public bool HasHeadGates =>
        Has("head_wise_attn_gate") && FlagOrNull("head_wise_attn_gate") == true && !AttentionOutputGate;

    /// <summary>How many residual streams there are.</summary>
    public int NumResidualStreams
    {
        get => Integer("num_residual_streams");
        set => this["num_residual_streams"] = value;
    }

    /// <summary>In how many groups of heads the output of attention is projected down.</summary>
    public int OGroups
    {
        get => Integer("o_groups");
        set => this["o_groups"] = value;
    }

    /// <summary>Channels of each group of heads after that projection.</summary>
    public int OLoraRank
    {
        get => Integer("o_lora_rank");
        set => this["o_lora_rank"] = value;
    }

    /// <summary>True when no layer chooses among the compressed tokens that it looks at.</summary>
    public bool CsaDenseMode
    {
        get => Flag("csa_dense_mode");
        set => this["csa_dense_mode"] = value;
    }

    /// <summary>
    /// How many tokens a layer compresses into one, 0 in layers that only have a window. Layers for multi-token prediction count on from
    /// the decoder's.
    /// </summary>
    public int CompressRatio(int layer) =>
        this["csa_compress_ratios"] is ConfigValue.List { Items: var ratios }
        && layer < ratios.Count
        && ratios[layer] is ConfigValue.Integer { Value: var ratio }
            ? (int)ratio
            : throw new InvalidConfigException($"csa_compress_ratios does not say the ratio of layer {layer}.");

    /// <summary>True when a table, not a score, tells the experts of each token: in the first layers.</summary>
    public bool IsHashLayer(int layer) => Has("moe_n_hash_layers") && layer < Integer("moe_n_hash_layers");

    // Such a table needs the tokens, so its layers sit beside the embedding: upstream writes an even pipeline out to be sure of it.
    private void CompleteHashLayers()
    {
        int ranks = PipelineModelParallelSize;
        if (
            !IsHashLayer(0)
            || ranks == 1
            || VirtualPipelineModelParallelSize > 1
            || PipelineModelParallelLayout is not null
        )
        {
            return;
        }

        (int each, int more) = Math.DivRem(NumLayers, ranks);
        PipelineModelParallelLayout = ConfigValue.ListOf(
            Enumerable.Range(0, ranks).Select(rank => Stage(rank, each + (rank < more ? 1 : 0)))
        );

        ConfigValue Stage(int rank, int layers)
        {
            IEnumerable<string> first = rank == 0 ? ["embedding"] : [];
            IEnumerable<string> last =
                rank == ranks - 1 ? [.. Enumerable.Repeat("mtp", MtpNumLayers ?? 0), "loss"] : [];
            return ConfigValue.ListOf(
                first.Concat(Enumerable.Repeat("decoder", layers)).Concat(last).Select(name => (ConfigValue)name)
            );
        }
    }
}
