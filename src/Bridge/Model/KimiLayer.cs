using MegatronBridge.Config;
using MegatronBridge.Initialization;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Model;

/// <summary>
/// A layer of Kimi K3: Kimi's delta attention, which is linear, or latent attention without positions; then a dense MLP or experts of
/// another width than the residual stream. What it reads is weighed out of what earlier blocks of layers left.
/// </summary>
internal static class KimiLayer
{
    public static void AddTo(TableScope scope, ModelProvider provider, int layer)
    {
        long hidden = provider.HiddenSize;
        Norm.AddTo(scope, "input_layernorm", hidden, provider);
        TableScope attention = scope.Inside("self_attention.");
        if (provider.IsKimiDeltaLayer(layer))
        {
            AddDelta(attention, provider);
        }
        else
        {
            AddLatent(attention, provider);
        }

        if (provider.IsMoeLayer(layer))
        {
            MixtureOfExperts.AddTo(scope, provider);
            AddNorm(scope, "mlp.routed_expert_norm", Required(provider.MoeLatentSize, "moe_latent_size"));
        }
        else
        {
            Norm.AddTo(scope, "pre_mlp_layernorm", hidden, provider);
            DenseMlp.AddProjections(scope, "mlp", provider, hidden, provider.FfnHiddenSize);
        }

        AddWeighing(scope, "self_attention_res", hidden);
        AddWeighing(scope, "mlp_res", hidden);
        if (layer == provider.NumLayers - 1)
        {
            AddWeighing(scope, "output_attn_res", hidden);
        }
    }

    private static void AddDelta(TableScope scope, ModelProvider provider)
    {
        long hidden = provider.HiddenSize;
        long heads = provider.KimiLinearNumHeads;
        long headSize = provider.KimiLinearHeadDim;
        long width = heads * headSize;
        scope.Parameter("A_log", [heads], Cut.Rows, DType.F32);
        scope.Parameter("dt_bias", [width], Cut.Rows, DType.F32);
        foreach (string part in (string[])["q", "k", "v"])
        {
            scope.Linear($"{part}_proj", [width, hidden], Cut.Rows);
        }

        foreach (string part in (string[])["q", "k", "v"])
        {
            Shape kernel = [width, 1, provider.KimiLinearConvKernelSize];
            scope.Parameter($"{part}_conv1d.weight", kernel, Cut.Rows, DType.F32);
        }

        scope.Linear("f_a_proj", [headSize, hidden], Cut.Replicated);
        scope.Linear("f_b_proj", [width, headSize], Cut.Rows);
        scope.Linear("b_proj", [heads, hidden], Cut.Rows);
        scope.Linear("g_proj", [width, hidden], Cut.Rows);
        AddNorm(scope, "o_norm", headSize);
        scope.Linear("o_proj", [hidden, width], Cut.Columns);
    }

    private static void AddLatent(TableScope scope, ModelProvider provider)
    {
        long hidden = provider.HiddenSize;
        long heads = provider.NumAttentionHeads;
        long queryRank = Required(provider.QLoraRank, "q_lora_rank");
        long queryRows = heads * (provider.QkHeadDim + provider.QkPosEmbHeadDim);
        long valueRows = heads * provider.VHeadDim;
        scope.Linear("q_a_proj", [queryRank, hidden], Cut.Replicated);
        AddNorm(scope, "q_a_layernorm", queryRank);
        scope.Linear("q_b_proj", [queryRows, queryRank], Cut.Rows);
        scope.Linear("kv_a_proj_with_mqa", [provider.KvLoraRank + provider.QkPosEmbHeadDim, hidden], Cut.Replicated);
        AddNorm(scope, "kv_a_layernorm", provider.KvLoraRank);
        scope.Linear("kv_b_proj", [(heads * provider.QkHeadDim) + valueRows, provider.KvLoraRank], Cut.Rows);
        scope.Linear("g_proj", [valueRows, hidden], Cut.Rows);
        scope.Linear("o_proj", [hidden, valueRows], Cut.Columns);
    }

    private static void AddWeighing(TableScope scope, string name, long hidden)
    {
        AddNorm(scope, $"{name}_norm", hidden);
        TableScope own = scope with { Initial = InitialValues.OfTorchLayer(hidden) };
        own.Parameter($"{name}_proj.weight", [1, hidden], Cut.Replicated);
    }

    // A module of upstream's own, without extra state.
    private static void AddNorm(TableScope scope, string name, long size) =>
        scope.Parameter($"{name}.weight", [size], Cut.Replicated);

    private static int Required(int? value, string field) =>
        value ?? throw new InvalidConfigException($"{field} is not set, and layers of Kimi K3 need it.");
}
