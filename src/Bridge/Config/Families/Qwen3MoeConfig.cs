using System.Text.Json.Nodes;

namespace MegatronBridge.Config.Families;

/// <summary>Qwen3 with experts: what its config adds to <see cref="SharedConfig"/>.</summary>
public static class Qwen3MoeConfig
{
    /// <summary>Sets the provider's fields.</summary>
    public static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.Normalization = "RMSNorm";
        provider.GatedLinearUnit = true;
        provider.AddBiasLinear = false;
        provider.QkLayernorm = true;
        provider.HiddenDropout = 0.0;
        provider.AutocastDtype = Storage.Tensors.DType.BF16;
        provider.MoeGroupedGemm = true;
        provider.MoeRouterLoadBalancingType = "aux_loss";
        provider.MoeAuxLossCoeff = 1e-3;
        provider.MoeRouterPreSoftmax = !hf.FlagOr("norm_topk_prob", false);
        provider.MoeTokenDispatcherType = "alltoall";
        provider.MoePermuteFusion = true;
        RopeConfig.Read(hf).ApplyScaling(provider);
        RequireExpertsEverywhere(hf);
    }

    /// <summary>Sets the keys of a config.json.</summary>
    public static void ConfigureHf(JsonObject hf, ModelProvider provider) =>
        hf["norm_topk_prob"] = !provider.MoeRouterPreSoftmax;

    private static void RequireExpertsEverywhere(HfConfig hf)
    {
        if (hf.IntegerOr("decoder_sparse_step", 1) != 1)
        {
            throw hf.Wrong("decoder_sparse_step", "1 (experts in every layer; others have no mapping)");
        }

        if (hf.IsSet("mlp_only_layers") && hf.Integers("mlp_only_layers").Count > 0)
        {
            throw hf.Wrong("mlp_only_layers", "empty (experts in every layer; others have no mapping)");
        }
    }
}
