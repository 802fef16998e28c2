using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Hub;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using Microsoft.Extensions.Logging;

namespace MegatronBridge.Guide;

/// <summary>Models are found, loaded and looked at.</summary>
public static class Loading
{
    public static void Basic(string model)
    {
        #region load
        // Finds the family by the model's config.json. Weights are opened when they are needed.
        using AutoBridge bridge = AutoBridge.FromHfPretrained(model);

        // The Megatron model, with the weights in it, on one rank.
        IReadOnlyList<MegatronModel> models = bridge.ToMegatronModel(options: new() { WrapWithDdp = false });
        Console.WriteLine($"{bridge.Family.Architecture}: {models[0].ParameterCount:N0} parameters");
        #endregion
        models[0].Dispose();
    }

    public static void WithOptions(string model, ILogger logger)
    {
        #region load-options
        HfLoadOptions options = new()
        {
            DType = DType.F16, // of the Megatron model; null for what the config says
            Logger = logger, // what is found, loaded and left out
        };
        using AutoBridge bridge = AutoBridge.FromHfPretrained(model, options);
        #endregion
        bridge.ToMegatronModel(options: new() { WrapWithDdp = false })[0].Dispose();
    }

    public static async Task FromHub(HubOptions hub, IProgress<TransferProgress> progress, CancellationToken cancellation)
    {
        #region load-hub
        using AutoBridge bridge = await AutoBridge.FromHfPretrainedAsync(
            "org/model@main",
            new() { Hub = hub }, // leave it out for what HF_HOME, HF_TOKEN, HF_ENDPOINT ... say
            progress,
            cancellation
        );
        #endregion
    }

    public static void Supported(string model)
    {
        #region supported
        IReadOnlyList<string> supported = AutoBridge.ListSupportedModels();
        Console.WriteLine($"{supported.Count} architectures, such as {supported[0]}");

        if (AutoBridge.CanHandle(model)) // never throws; of a model on the Hub it needs the config only
        {
            using AutoBridge bridge = AutoBridge.FromHfPretrained(model);
        }

        // The families behind the architectures.
        foreach (Family family in AutoBridge.GetSupportedBridges().Take(3))
        {
            Console.WriteLine($"{family.Architecture}: {family.Parameters.Count} mappings");
        }
        #endregion
    }

    public static void ConfigOnly(string model)
    {
        #region config-only
        HfConfig config = AutoConfig.FromPretrained(model);
        using AutoBridge bridge = AutoBridge.FromHfConfig(config);
        TransformerConfig transformer = bridge.TransformerConfig;
        Console.WriteLine($"{transformer.NumLayers} layers of {transformer.HiddenSize}");

        // Names and shapes of a rank, without any memory.
        ModelProvider provider = bridge.ToMegatronProvider(loadWeights: false);
        foreach (ModelTensor tensor in provider.MetaModel[0].Tensors.Take(3))
        {
            Console.WriteLine($"{tensor.Name} {tensor.Shape}");
        }
        #endregion
    }

    public static void Errors(string model)
    {
        #region errors
        try
        {
            using AutoBridge bridge = AutoBridge.FromHfPretrained(model);
        }
        catch (UnsupportedModelException e)
        {
            Console.WriteLine(e.Message); // names the nearest family
            Console.WriteLine(string.Join(", ", AutoBridge.ListSupportedModels()));
        }
        #endregion
    }
}
