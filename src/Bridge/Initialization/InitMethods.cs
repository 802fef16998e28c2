using MegatronBridge.Config;

namespace MegatronBridge.Initialization;

/// <summary>What a config says of initial weights: methods by name, or the spread from which they follow.</summary>
/// <param name="provider">The config.</param>
internal sealed class InitMethods(ModelProvider provider)
{
    private const string NormalMethod = "torch.nn.init.normal_";

    /// <summary>For most matrices: <c>init_method</c>.</summary>
    public InitialValues Matrix => Method("init_method", provider.InitMethodStd);

    /// <summary>For matrices that write into the residual stream: <c>output_layer_init_method</c>, less spread the more layers there are.</summary>
    public InitialValues Residual =>
        Method(
            "output_layer_init_method",
            provider.InitMethodStd / Math.Sqrt((provider.IsHybridModel ? 1.0 : 2.0) * provider.NumLayers)
        );

    /// <summary>For vectors of tokens and positions: <c>embedding_init_method</c>.</summary>
    public InitialValues Embedding =>
        Method("embedding_init_method", provider.EmbeddingInitMethodStd ?? provider.InitMethodStd);

    /// <summary>For the head.</summary>
    public InitialValues OutputLayer =>
        provider.UseMup && !provider.ShareEmbeddingsAndOutputWeights ? Embedding : Matrix;

    /// <summary>True when norms multiply by 1 more than their weight.</summary>
    public bool HasZeroCenteredNorms => provider.LayernormZeroCenteredGamma;

    /// <summary>True when linear attention is Kimi's.</summary>
    public bool HasKimiDelta => provider.Has("kimi_linear_num_heads");

    /// <summary>Width of the kernel of a mixer's convolution.</summary>
    public long MixerKernel => provider.Has("d_conv") ? provider.Size("d_conv") : 4;

    /// <summary>What residual streams are first weighed by.</summary>
    public float HyperConnectionFactor => (float)provider.MhcInitGatingFactor;

    /// <summary>The method in a field, or the one that the config would complete it with.</summary>
    /// <exception cref="UnsupportedModelException">It is none that is known.</exception>
    private InitialValues Method(string field, double std)
    {
        ConfigValue value = provider[field];
        if (value.IsNull)
        {
            return new InitialValues.Normal(std);
        }

        return
            Targets.Of(value) == NormalMethod
            && value is ConfigValue.Map map
            && Number(map.Find("std")) is double own
            && Number(map.Find("mean")) is double mean
            ? new InitialValues.Normal(own, mean)
            : throw new UnsupportedModelException($"{field} is {value}; known is {NormalMethod} with mean and std.");
    }

    private static double? Number(ConfigValue? value) =>
        value switch
        {
            ConfigValue.Number number => number.Value,
            ConfigValue.Integer whole => (double)whole.Value,
            _ => null,
        };
}
