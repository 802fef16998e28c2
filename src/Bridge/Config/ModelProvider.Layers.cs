namespace MegatronBridge.Config;

// What follows from the fields for each layer, and how a checkpoint stores the layers.
public abstract partial class ModelProvider
{
    private (ConfigValue Json, IReadOnlyList<LayerBlock> Blocks)? _blocks;

    /// <summary>
    /// True when all layers are alike, so that a checkpoint stacks them in one tensor; layers that may differ have keys of their own.
    /// </summary>
    public bool HasStackedLayers =>
        IsEveryLayer("moe_layer_freq")
        && IsEveryLayer("linear_attention_freq")
        && !IsSet("hetereogenous_dist_checkpoint")
        && !IsSet("heterogeneous_block_specs")
        && !IsSet("is_hybrid_model");

    /// <summary>
    /// True when a layer of sparse attention chooses the tokens that it looks at, and does not take the choice of one before: up
    /// to <c>dsa_indexer_skip_topk_offset</c> all layers choose, from there on every <c>dsa_indexer_topk_freq</c>th.
    /// </summary>
    public bool HasSparseIndexer(int layer) =>
        Math.Max(layer + 1 - Math.Max(DsaIndexerSkipTopkOffset, 1), 0) % Math.Max(DsaIndexerTopkFreq, 1) == 0;

    /// <summary>Channels of a value head; as many as of a query head in most models without latent attention.</summary>
    public int ValueHeadSize => Has("v_head_dim") ? VHeadDim : KvChannels;

    /// <summary>
    /// The config that a layer is built from: this one, but where some layers have heads of their own. Layers for multi-token
    /// prediction count on from the decoder's.
    /// </summary>
    public ModelProvider OfLayer(int layer) =>
        Has("hybrid_attention_pattern") ? OfMimoLayer(layer)
        : Has("sliding_attention_setting") ? OfStepLayer(layer)
        : IsGemma4 ? OfGemma4Layer(layer)
        : BlockOf(layer) is { } block ? OfBlock(block)
        : this;

    // MiMo-V2-Flash: layers with a window, and all for multi-token prediction, have query groups and sinks of their own.
    private ModelProvider OfMimoLayer(int layer)
    {
        bool isSliding =
            this["hybrid_attention_pattern"] is not ConfigValue.List { Items: var pattern }
            || layer >= pattern.Count
            || pattern[layer] == 1L;
        ModelProvider own = Clone();
        own.NumQueryGroups = Integer(isSliding ? "swa_num_query_groups" : "full_attn_num_query_groups");
        own.SoftmaxType = isSliding ? "learnable" : "vanilla";
        return own;
    }

    // Step-3.5: layers with a window have their own heads.
    private ModelProvider OfStepLayer(int layer)
    {
        bool isSliding =
            this["layer_types"] is ConfigValue.List { Items: var types }
            && layer < types.Count
            && types[layer] == "sliding_attention";
        if (!isSliding || this["sliding_attention_setting"] is not ConfigValue.Map setting)
        {
            return this;
        }

        ModelProvider own = Clone();
        foreach (string field in (string[])["num_attention_heads", "num_query_groups", "kv_channels"])
        {
            own[field] = setting.Find(field) ?? this[field];
        }

        return own;
    }

    /// <summary>Layers of MiniMax-M3 that have an indexer.</summary>
    public IEnumerable<int> LightningIndexerLayers
    {
        get =>
            this["lightning_indexer_layers"] is ConfigValue.List { Items: var layers }
                ? layers.Select(layer =>
                    layer is ConfigValue.Integer { Value: var number } && number >= 0 && number < NumLayers
                        ? (int)number
                        : throw new InvalidConfigException(
                            $"lightning_indexer_layers must be numbers of layers, found {layer}."
                        )
                )
                : [];
        set => this["lightning_indexer_layers"] = ConfigValue.ListOf(value.Select(layer => (ConfigValue)(long)layer));
    }

    /// <summary>Heads of such an indexer.</summary>
    public int IndexNHeads
    {
        get => Integer("index_n_heads");
        set => this["index_n_heads"] = value;
    }

    /// <summary>Channels of each of its heads.</summary>
    public int IndexHeadDim
    {
        get => Integer("index_head_dim");
        set => this["index_head_dim"] = value;
    }

    /// <summary>What a layer of a heterogeneous model has; null in models whose layers are all of one kind.</summary>
    /// <exception cref="Storage.BadFileException">The list of blocks is not as it must be.</exception>
    /// <exception cref="InvalidConfigException">It has another number of blocks than the model has layers.</exception>
    internal LayerBlock? BlockOf(int layer) =>
        Blocks is not { } blocks ? null
        : layer < blocks.Count ? blocks[layer]
        : throw new InvalidConfigException(
            $"A model whose layers differ has none for multi-token prediction, but mtp_num_layers is {this["mtp_num_layers"]}."
        );

    private IReadOnlyList<LayerBlock>? Blocks
    {
        get
        {
            const string name = "heterogeneous_layers_config_encoded_json";
            if (!Has(name))
            {
                return null;
            }

            if (_blocks is not { } known || !ReferenceEquals(known.Json, this[name]))
            {
                known = (this[name], LayerBlock.Parse(Text(name), NumAttentionHeads, HiddenSize));
                _blocks = known;
            }

            return known.Blocks.Count == NumLayers
                ? known.Blocks
                : throw new InvalidConfigException(
                    $"{name} has {known.Blocks.Count} block_configs for {NumLayers} layers."
                );
        }
    }

    private ModelProvider OfBlock(LayerBlock block)
    {
        ModelProvider own = Clone();
        own.NumQueryGroups = block.QueryGroups ?? NumQueryGroups;
        own.FfnHiddenSize = block.FfnHiddenSize ?? FfnHiddenSize;
        return own;
    }

    private bool IsEveryLayer(string field) =>
        !Has(field) || this[field] is { IsNull: true } or ConfigValue.Integer { Value.IsOne: true };

    private bool IsSet(string field) => Has(field) && FlagOrNull(field) == true;
}
