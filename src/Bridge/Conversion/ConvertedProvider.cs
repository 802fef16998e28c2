using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conversion;

/// <summary>The provider of a model that is made of a Hugging Face model.</summary>
internal static class ConvertedProvider
{
    /// <summary>A provider that is not yet completed: sizes of a layout may be set.</summary>
    /// <param name="family">The family.</param>
    /// <param name="config">The config.json.</param>
    /// <param name="tensors">Names of the weights, or null where there are none.</param>
    /// <param name="dtype">Type of the parameters, or null for the one that the config names.</param>
    /// <param name="hfModelId">Where the weights come from, or null where there are none.</param>
    /// <param name="hfRevision">Which revision of a model of the Hub they are, or null for the newest.</param>
    public static ModelProvider Of(
        Family family,
        HfConfig config,
        IReadOnlyCollection<string>? tensors,
        DType? dtype,
        string? hfModelId,
        string? hfRevision
    )
    {
        ModelProvider provider = family.ToProvider(config, tensors);
        if (dtype is { } chosen)
        {
            provider.ParamsDtype = chosen;
            provider.Fp16 = chosen == DType.F16;
            provider.Bf16 = chosen == DType.BF16;
        }

        if (hfModelId is not null)
        {
            SharedConfig.MarkAsConverted(provider, hfModelId);
            if (hfRevision is not null && provider.Has("hf_model_revision"))
            {
                provider["hf_model_revision"] = hfRevision;
            }
        }

        return provider;
    }
}
