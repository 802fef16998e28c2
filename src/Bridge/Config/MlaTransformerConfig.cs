using MegatronBridge.Config.Schema;

namespace MegatronBridge.Config;

/// <summary>A transformer with multi-latent attention. (Upstream: MLATransformerConfig.)</summary>
public sealed class MlaTransformerConfig : TransformerConfig
{
    /// <summary>A config with the defaults of Megatron-Core.</summary>
    public MlaTransformerConfig()
        : base(ProviderSchema.MlaTransformer) { }
}
