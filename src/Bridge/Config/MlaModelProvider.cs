using MegatronBridge.Config.Schema;

namespace MegatronBridge.Config;

/// <summary>Decoders with multi-latent attention. (Upstream: MLAModelProvider.)</summary>
public class MlaModelProvider : GptModelProvider
{
    /// <summary>A provider with the defaults of upstream's class.</summary>
    public MlaModelProvider()
        : this(ProviderSchema.Mla) { }

    internal MlaModelProvider(ProviderSchema schema)
        : base(schema) { }
}
