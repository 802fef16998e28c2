using MegatronBridge.Config.Schema;

namespace MegatronBridge.Config;

/// <summary>Decoders with ordinary attention, dense or with experts; those with a tower for images or sounds, too.</summary>
public class GptModelProvider : ModelProvider
{
    /// <summary>A provider with the defaults of upstream's class.</summary>
    public GptModelProvider()
        : this(ProviderSchema.Gpt) { }

    internal GptModelProvider(ProviderSchema schema)
        : base(schema) { }
}
