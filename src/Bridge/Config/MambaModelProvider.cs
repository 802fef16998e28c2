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

    /// <summary>The older name of <see cref="ModelProvider.HybridStackSpec"/>, into which <see cref="TransformerConfig.Complete"/> moves it.</summary>
    public ConfigValue MambaStackSpec
    {
        get => this["mamba_stack_spec"];
        set => this["mamba_stack_spec"] = value;
    }

    internal override void CompleteFields()
    {
        if (!MambaStackSpec.IsNull)
        {
            HybridStackSpec = HybridStackSpec.IsNull
                ? MambaStackSpec
                : throw new InvalidConfigException(
                    "mamba_stack_spec is the old name of hybrid_stack_spec; set one of them."
                );
            MambaStackSpec = ConfigValue.Null;
        }

        base.CompleteFields();
    }
}
