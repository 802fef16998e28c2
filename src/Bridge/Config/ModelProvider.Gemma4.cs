namespace MegatronBridge.Config;

// Gemma 4: layers with and without a window have heads of their own, and the last layers may take keys and values from others.
public abstract partial class ModelProvider
{
    /// <summary>True for upstream's class of Gemma 4 without experts.</summary>
    internal bool IsGemma4Dense => Has("global_kv_channels");

    /// <summary>True for upstream's classes of Gemma 4.</summary>
    internal bool IsGemma4 => IsGemma4Dense || Has("global_head_dim");

    /// <summary>Size of the embeddings that each layer of Gemma 4 has for itself; 0 for none.</summary>
    public int PerLayerEmbedDim
    {
        get => IntegerOrNull("per_layer_embed_dim") ?? 0;
        set => this["per_layer_embed_dim"] = value;
    }

    /// <summary>Tokens that have such embeddings.</summary>
    public int PerLayerEmbedVocabSize
    {
        get => Integer("per_layer_embed_vocab_size");
        set => this["per_layer_embed_vocab_size"] = value;
    }

    /// <summary>In a layer of Gemma 4: true when it takes keys and values from an earlier one; its own projections then are not used.</summary>
    internal bool TakesKeysOfOtherLayer => Has("num_kv_shared_layers") && Integer("num_kv_shared_layers") > 0;

    /// <summary>In a layer of Gemma 4: true when its keys are its values too.</summary>
    internal bool HasKeysAsValues => Flag("attention_k_eq_v");

    /// <summary>True when a layer of Gemma 4 attends within a window only.</summary>
    /// <exception cref="InvalidConfigException">The field that tells which do is not as it must be.</exception>
    internal bool IsGemma4SlidingLayer(int layer)
    {
        string field = IsGemma4Dense ? "window_attn_skip_freq" : "interleaved_attn_pattern";
        return !WindowSize.IsNull
            && this[field] switch
            {
                { IsNull: true } => true,
                ConfigValue.Integer { Value: var interval } when interval > 0 => !((layer + 1) % interval).IsZero,
                ConfigValue.List
                {
                    Items: [ConfigValue.Integer { Value: var sliding }, ConfigValue.Integer { Value: var full }]
                } when !IsGemma4Dense => sliding >= 0 && full >= 0 && sliding + full > 0
                    ? layer % (sliding + full) < sliding
                    : throw NoWindows(field),
                ConfigValue.List { Items: var layers } when layers.Count == NumLayers => layer < layers.Count
                    && layers[layer] switch
                    {
                        ConfigValue.Flag { Value: var has } => has,
                        ConfigValue.Integer { Value: var has } when has.IsOne || has.IsZero => has.IsOne,
                        ConfigValue.Text { Value: var kind } => kind == "sliding_attention",
                        _ => throw NoWindows(field),
                    },
                _ => throw NoWindows(field),
            };
    }

    private InvalidConfigException NoWindows(string field) =>
        new(
            $"{field} must be an interval of 1 or more, or a list that says of each of the {NumLayers} layers whether it has a window, "
                + $"found {this[field]}."
        );

    private ModelProvider OfGemma4Layer(int layer)
    {
        bool isSliding = IsGemma4SlidingLayer(layer);
        ModelProvider own = Clone();
        own.QkLayernorm = true;
        own["attention_k_eq_v"] = !isSliding && HasKeysAsValues;
        if (!isSliding)
        {
            (string heads, string groups) = IsGemma4Dense
                ? ("global_kv_channels", "num_global_query_groups")
                : ("global_head_dim", "num_global_key_value_heads");
            own.KvChannels = IntegerOrNull(heads) ?? KvChannels;
            own.NumQueryGroups = IntegerOrNull(groups) ?? NumQueryGroups;
        }

        if (IsGemma4Dense)
        {
            int firstTaking = NumLayers - Integer("num_kv_shared_layers");
            bool isTaking = layer >= firstTaking;
            own["num_kv_shared_layers"] = isTaking ? 1L : 0L;
            own.FfnHiddenSize =
                isTaking && firstTaking > 0 && Flag("use_double_wide_mlp") ? 2 * FfnHiddenSize : FfnHiddenSize;
        }

        return own;
    }
}
