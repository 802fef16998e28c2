using MegatronBridge.Config.Schema;

namespace MegatronBridge.Config;

/// <summary>The older name of <see cref="HybridModelProvider"/>.</summary>
public sealed class MambaModelProvider : HybridModelProvider
{
    /// <summary>A provider with the defaults of upstream's class.</summary>
    public MambaModelProvider()
        : this(ProviderSchema.Mamba) { }

    internal MambaModelProvider(ProviderSchema schema)
        : base(schema) { }
}
