using MegatronBridge.Config.Schema;

namespace MegatronBridge.Config;

/// <summary>Stacks of attention, state space and MLP layers, one letter each in <see cref="ModelProvider.HybridLayerPattern"/>.</summary>
public class HybridModelProvider : ModelProvider
{
    /// <summary>A provider with the defaults of upstream's class.</summary>
    public HybridModelProvider()
        : this(ProviderSchema.Hybrid) { }

    internal HybridModelProvider(ProviderSchema schema)
        : base(schema) { }
}
