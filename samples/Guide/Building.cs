using MegatronBridge.Config;
using MegatronBridge.Ranks;

namespace MegatronBridge.Guide;

/// <summary>Models in memory, made by providers in any layout.</summary>
public static class Building
{
    public static void OnRanks(string model)
    {
        #region provider
        using AutoBridge bridge = AutoBridge.FromHfPretrained(model);
        RankWorld.Run(
            4,
            rank =>
            {
                // Each rank has a provider of its own. Set all sizes before the model is made.
                ModelProvider provider = bridge.ToMegatronProvider();
                provider.TensorModelParallelSize = 2;
                provider.PipelineModelParallelSize = 2;
                provider.InitializeModelParallel(rank);

                IReadOnlyList<MegatronModel> models = provider.ProvideDistributedModel(new() { WrapWithDdp = false });
                Console.WriteLine($"rank {rank.Rank} has {models[0].ParameterCount:N0} parameters");
            }
        );
        #endregion
    }

    public static void Fields(string model)
    {
        #region fields
        using AutoBridge bridge = AutoBridge.FromHfPretrained(model);
        ModelProvider provider = bridge.ToMegatronProvider();
        provider.HiddenDropout = 0.1; // a property for every field of upstream's config ...
        provider["bias_dropout_fusion"] = true; // ... which its own name reaches, too
        provider.SetFromText("recompute_granularity", "full"); // as --set does
        #endregion
        Console.WriteLine(provider.HiddenDropout);
    }

    public static void Hooks(string model)
    {
        #region hooks
        using AutoBridge bridge = AutoBridge.FromHfPretrained(model);
        ModelProvider provider = bridge.ToMegatronProvider();

        // Runs behind the hook that loads the weights; with prepend: true, before it.
        provider.RegisterPreWrapHook(models =>
        {
            ModelTensor norm = models[0].Find("decoder.final_layernorm.weight")!;
            Console.WriteLine($"{norm} is loaded");
            return null; // go on with the same models
        });
        IReadOnlyList<MegatronModel> models = provider.ProvideDistributedModel(new() { WrapWithDdp = false });
        #endregion
        models[0].Dispose();
    }

    public static void RandomWeights(string model)
    {
        #region random
        using AutoBridge bridge = AutoBridge.FromHfConfig(AutoConfig.FromPretrained(model));
        ModelProvider config = bridge.GetModelConfig();
        config.NumLayers = 2;
        IReadOnlyList<MegatronModel> models = bridge.GetModel(
            config,
            loadWeights: false,
            options: new() { WrapWithDdp = false }
        );
        #endregion
        Console.WriteLine(models[0].ParameterCount);
        models[0].Dispose();
    }

    public static void OtherWeights(string model, string finetuned)
    {
        #region other-weights
        using AutoBridge bridge = AutoBridge.FromHfPretrained(model);
        IReadOnlyList<MegatronModel> models = bridge.ToMegatronModel(options: new() { WrapWithDdp = false });

        // Other weights for the same model; what may have another shape stays as it is.
        bridge.LoadHfWeights(models, finetuned, allowedMismatchedParams: ["embedding.*"]);
        #endregion
        models[0].Dispose();
    }
}
