using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Storage;

namespace MegatronBridge;

// The Megatron side of the config.
public sealed partial class AutoBridge
{
    /// <summary>The fields of Megatron-Core's config that the model has, completed.</summary>
    /// <exception cref="InvalidConfigException">The config describes no model that can be.</exception>
    public TransformerConfig TransformerConfig => CompletedConfig().ToTransformerConfig();

    /// <summary>The same with those of multi-latent attention, which have their defaults in models without it.</summary>
    /// <exception cref="InvalidConfigException">The config describes no model that can be.</exception>
    public MlaTransformerConfig MlaTransformerConfig => CompletedConfig().ToMlaTransformerConfig();

    // The weights, if there are any: they tell what of the config is there.
    private ITensorSource? WeightsOrNull => _source is { HasWeights: true } ? _source.Weights : null;

    /// <summary>
    /// The Megatron config of the model, to be changed before a model is made of it. It loads nothing, and is not yet completed: sizes of
    /// a layout may be set.
    /// </summary>
    /// <exception cref="BadFileException">The config has a value that cannot be.</exception>
    public ModelProvider GetModelConfig() =>
        ConvertedProvider.Of(Family, HfConfig, WeightsOrNull?.Names, _options.DType, HfModelId);

    private ModelProvider CompletedConfig()
    {
        ModelProvider provider = GetModelConfig();
        provider.Complete();
        return provider;
    }
}
