using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Ranks;
using MegatronBridge.Storage;

namespace MegatronBridge;

// The Megatron side of the config, and models made of it.
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
    /// The Megatron config of the model, to be changed before a model is made of it: sizes of a layout may still be set. Loads nothing, and
    /// weights would be random.
    /// </summary>
    /// <exception cref="BadFileException">The config has a value that cannot be.</exception>
    public ModelProvider GetModelConfig() => ConfigOf(WeightsOrNull, _source);

    /// <summary>
    /// The Megatron config of the model as a provider, which loads the weights into every model that it makes, before that is wrapped. Ranks
    /// that are threads need a provider each.
    /// </summary>
    /// <param name="loadWeights">False for a provider of models with random weights.</param>
    /// <param name="hfPath">A folder or model of the Hub with other weights for the same model; null for those of the bridge.</param>
    /// <exception cref="ArgumentException">There are no weights to load.</exception>
    /// <exception cref="BadFileException">The config has a value that cannot be.</exception>
    public ModelProvider ToMegatronProvider(bool loadWeights = true, string? hfPath = null)
    {
        if (!loadWeights)
        {
            return GetModelConfig();
        }

        HfModelSource source = SourceOf(hfPath);
        ModelProvider provider = ConfigOf(source.Weights, source);
        AddLoading(provider, hfPath);
        return provider;
    }

    /// <summary>Makes what this rank has of the model, a part for each virtual stage; on one rank when the options name no place.</summary>
    /// <param name="loadWeights">False for random weights.</param>
    /// <param name="hfPath">A folder or model of the Hub with other weights for the same model; null for those of the bridge.</param>
    /// <param name="options">How to build and wrap; null for what upstream does.</param>
    /// <exception cref="ArgumentException">There are no weights to load.</exception>
    /// <exception cref="InvalidConfigException">Options or fields contradict each other; all faults are told.</exception>
    /// <exception cref="MappingException">The weights do not fit the config.</exception>
    public IReadOnlyList<MegatronModel> ToMegatronModel(
        bool loadWeights = true,
        string? hfPath = null,
        GetModelOptions? options = null
    ) => ToMegatronProvider(loadWeights, hfPath).ProvideDistributedModel(options);

    /// <summary>As <see cref="ToMegatronModel"/>, of a config that may have been changed; the config stays as it is.</summary>
    /// <param name="config">The config; null for <see cref="GetModelConfig"/>.</param>
    /// <param name="loadWeights">False for random weights.</param>
    /// <param name="hfPath">A folder or model of the Hub with other weights for the same model; null for those of the bridge.</param>
    /// <param name="options">How to build and wrap; null for what upstream does.</param>
    /// <exception cref="ArgumentException">There are no weights to load, or some are named that are not to be loaded.</exception>
    /// <exception cref="InvalidConfigException">Options or fields contradict each other; all faults are told.</exception>
    /// <exception cref="MappingException">The weights do not fit the config.</exception>
    public IReadOnlyList<MegatronModel> GetModel(
        ModelProvider? config = null,
        bool loadWeights = true,
        string? hfPath = null,
        GetModelOptions? options = null
    )
    {
        if (hfPath is not null && !loadWeights)
        {
            throw new ArgumentException($"{hfPath} is named, but no weights are to be loaded.", nameof(hfPath));
        }

        ModelProvider provider = config?.Clone() ?? GetModelConfig();
        if (loadWeights)
        {
            AddLoading(provider, hfPath);
        }

        return provider.ProvideDistributedModel(options);
    }

    private void AddLoading(ModelProvider provider, string? hfPath)
    {
        SharedConfig.MarkAsConverted(provider, SourceOf(hfPath).Id);
        provider.RegisterPreWrapHook(
            models =>
            {
                if (!models.SelectMany(model => model.Tensors).All(tensor => tensor.IsMeta))
                {
                    LoadHfWeights(models, hfPath);
                }

                return null;
            },
            prepend: true
        );
    }

    private ModelProvider ConfigOf(ITensorSource? weights, HfModelSource? source)
    {
        ModelProvider provider = ConvertedProvider.Of(
            Family,
            HfConfig,
            weights?.Names,
            _options.DType,
            source?.Id,
            source?.Revision
        );
        provider.PerformInitialization = true;
        return provider;
    }

    private ModelProvider CompletedConfig()
    {
        ModelProvider provider = GetModelConfig();
        provider.Complete();
        return provider;
    }
}
