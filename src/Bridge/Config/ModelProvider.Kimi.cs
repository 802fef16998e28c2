namespace MegatronBridge.Config;

// Fields of Kimi K3.
public abstract partial class ModelProvider
{
    /// <summary>Heads of Kimi's delta attention.</summary>
    public int KimiLinearNumHeads
    {
        get => Integer("kimi_linear_num_heads");
        set => this["kimi_linear_num_heads"] = value;
    }

    /// <summary>Channels of each of its heads.</summary>
    public int KimiLinearHeadDim
    {
        get => Integer("kimi_linear_head_dim");
        set => this["kimi_linear_head_dim"] = value;
    }

    /// <summary>How many tokens its convolutions span.</summary>
    public int KimiLinearConvKernelSize
    {
        get => Integer("kimi_linear_conv_kernel_size");
        set => this["kimi_linear_conv_kernel_size"] = value;
    }

    /// <summary>True when a layer has Kimi's delta attention; the field counts layers from 1.</summary>
    public bool IsKimiDeltaLayer(int layer) =>
        this["kimi_kda_layers"] is ConfigValue.List { Items: var layers } && layers.Contains(layer + 1L);
}
