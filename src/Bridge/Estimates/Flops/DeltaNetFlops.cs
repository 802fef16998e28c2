using MegatronBridge.Config;

namespace MegatronBridge.Estimates.Flops;

/// <summary>Linear attentions that keep a state and correct it: gated delta net, and Kimi's delta attention.</summary>
internal static class DeltaNetFlops
{
    /// <summary>Adds a layer of gated delta net.</summary>
    public static void AddTo(FlopsLedger ledger, ModelProvider provider)
    {
        decimal hidden = provider.HiddenSize;
        decimal keySize = provider.Size("linear_key_head_dim");
        decimal valueSize = provider.Size("linear_value_head_dim");
        decimal valueHeads = provider.Size("linear_num_value_heads");
        decimal keys = keySize * provider.Size("linear_num_key_heads");
        decimal values = valueSize * valueHeads;
        decimal projected =
            provider.ExperimentalAttentionVariant == "gdn2"
                ? (4 * keys) + (3 * values)
                : (2 * keys) + (2 * values) + (2 * valueHeads);
        decimal stateRows = ledger.Imitates(UpstreamSlips.DeltaState) ? valueSize : keySize;

        BlockTally block = ledger.Layer("gated delta net");
        block.Weights("in_proj", hidden, projected, ledger.Tokens);
        block.Weights("conv1d", provider.Size("linear_conv_kernel_dim"), (2 * keys) + values, ledger.Tokens);
        block.Values(2 * 4 * valueHeads * stateRows * valueSize * ledger.Tokens);
        block.Weights("out_proj", values, hidden, ledger.Tokens);
    }

    /// <summary>Refuses a list of layers with Kimi's delta attention that is not as it must be.</summary>
    /// <exception cref="InvalidConfigException">It is no list of numbers of layers, counted from 1.</exception>
    public static void CheckKimi(ModelProvider provider)
    {
        if (!provider.Has("kimi_kda_layers"))
        {
            return;
        }

        if (
            provider["kimi_kda_layers"] is not ConfigValue.List { Items: var layers }
            || layers.Any(layer =>
                layer is not ConfigValue.Integer { Value: var number } || number < 1 || number > provider.NumLayers
            )
        )
        {
            throw new InvalidConfigException(
                $"kimi_kda_layers must be a list of numbers from 1 to {provider.NumLayers}, found {provider["kimi_kda_layers"]}."
            );
        }
    }

    /// <summary>Adds a layer of Kimi's delta attention.</summary>
    public static void AddKimiTo(FlopsLedger ledger, ModelProvider provider)
    {
        decimal tokens = ledger.Tokens;
        decimal hidden = provider.HiddenSize;
        decimal heads = provider.Size("kimi_linear_num_heads");
        decimal headSize = provider.Size("kimi_linear_head_dim");
        decimal width = heads * headSize;
        BlockTally block = ledger.Layer("Kimi delta attention");
        foreach (string module in (string[])["q_proj", "k_proj", "v_proj", "g_proj"])
        {
            block.Weights(module, hidden, width, tokens);
        }

        block.Weights("b_proj", hidden, heads, tokens);
        block.Weights("f_a_proj", hidden, headSize, tokens);
        block.Weights("f_b_proj", headSize, width, tokens);
        block.Weights("conv1d", provider.Size("kimi_linear_conv_kernel_size"), 3 * width, tokens);
        block.Values(2 * 4 * width * headSize * tokens);
        block.Weights("o_proj", width, hidden, tokens);
    }
}
