using System.Text.Json.Nodes;

namespace MegatronBridge.Config;

/// <summary>Which layers have experts, and how wide the shared ones are: the spellings that configs of many families have in common.</summary>
internal static class ExpertLayers
{
    /// <summary>
    /// Reads <c>mlp_layer_types</c> (<c>dense</c> or <c>sparse</c> for each layer), or else <c>first_k_dense_replace</c> (so many
    /// dense layers, then only such with experts).
    /// </summary>
    public static void Read(HfConfig hf, ModelProvider provider)
    {
        int layers = provider.NumLayers;
        IEnumerable<bool> hasExperts;
        if (hf.IsSet("mlp_layer_types"))
        {
            IReadOnlyList<string> types = hf.Texts("mlp_layer_types");
            if (types.Count != layers || types.Any(type => type is not ("dense" or "sparse")))
            {
                throw hf.Wrong("mlp_layer_types", $"a list of {layers} words, each \"dense\" or \"sparse\"");
            }

            hasExperts = types.Select(type => type == "sparse");
        }
        else
        {
            int dense = hf.Integer("first_k_dense_replace");
            if (dense < 0 || dense > layers)
            {
                throw hf.Wrong("first_k_dense_replace", $"from 0 to num_hidden_layers ({layers})");
            }

            hasExperts = Enumerable.Range(0, layers).Select(layer => layer >= dense);
        }

        provider.MoeLayerFreq = ConfigValue.ListOf(hasExperts.Select(has => (ConfigValue)(has ? 1L : 0L)));
    }

    /// <summary>Sets those of <c>mlp_layer_types</c> and <c>first_k_dense_replace</c> that the config has.</summary>
    public static void Write(JsonObject hf, ModelProvider provider)
    {
        bool[] hasExperts = [.. Enumerable.Range(0, provider.NumLayers).Select(provider.IsMoeLayer)];
        if (hf.ContainsKey("mlp_layer_types"))
        {
            hf["mlp_layer_types"] = new JsonArray([
                .. hasExperts.Select(has => JsonValue.Create(has ? "sparse" : "dense")),
            ]);
        }

        if (hf.ContainsKey("first_k_dense_replace"))
        {
            hf["first_k_dense_replace"] = hasExperts.TakeWhile(has => !has).Count();
        }
    }

    /// <summary>
    /// Reads <c>decoder_sparse_step</c> (experts in every n-th layer) and <c>mlp_only_layers</c> (but not in these). Models with
    /// experts in every layer stay as they are.
    /// </summary>
    public static void ReadSparse(HfConfig hf, ModelProvider provider)
    {
        int step = hf.IntegerOr("decoder_sparse_step", 1);
        IReadOnlyList<int> dense = hf.IsSet("mlp_only_layers") ? hf.Integers("mlp_only_layers") : [];
        if (step < 1)
        {
            throw hf.Wrong("decoder_sparse_step", "1 or more");
        }

        bool[] hasExperts =
        [
            .. Enumerable
                .Range(0, provider.NumLayers)
                .Select(layer => (layer + 1) % step == 0 && !dense.Contains(layer)),
        ];
        if (hasExperts.Contains(false))
        {
            provider.MoeLayerFreq = ConfigValue.ListOf(hasExperts.Select(has => (ConfigValue)(has ? 1L : 0L)));
            provider.TransformerLayerSpec = Targets.DecoderBlockSpec;
        }
    }

    /// <summary>Sets <c>mlp_only_layers</c> to the dense layers, and <c>decoder_sparse_step</c> to 1.</summary>
    public static void WriteSparse(JsonObject hf, ModelProvider provider)
    {
        hf["decoder_sparse_step"] = 1;
        hf["mlp_only_layers"] = new JsonArray([
            .. Enumerable
                .Range(0, provider.NumLayers)
                .Where(layer => !provider.IsMoeLayer(layer))
                .Select(layer => JsonValue.Create(layer)),
        ]);
    }

    /// <summary>Shared experts are as wide as <paramref name="count"/> routed ones; none for 0.</summary>
    public static void SetShared(ModelProvider provider, int count)
    {
        long width = (long)count * (provider.MoeFfnHiddenSize ?? 0);
        if (count < 0 || width > int.MaxValue)
        {
            throw new InvalidConfigException(
                $"The config has {count} shared experts of width {provider.MoeFfnHiddenSize}; there must be 0 or more, and together no "
                    + $"wider than {int.MaxValue}."
            );
        }

        provider.MoeSharedExpertIntermediateSize = count > 0 ? count * provider.MoeFfnHiddenSize : null;
    }

    /// <summary>To how many routed experts the shared ones amount.</summary>
    public static int CountShared(ModelProvider provider) =>
        provider is { MoeSharedExpertIntermediateSize: { } shared, MoeFfnHiddenSize: { } routed and > 0 }
            ? shared / routed
            : 0;
}
