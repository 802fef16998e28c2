namespace MegatronBridge.Config;

/// <summary>
/// The functions, dtypes and enum members that stand in run_config.yaml as maps with a <c>_target_</c>. They are labels: nothing
/// ever looks the name up.
/// </summary>
public static class Targets
{
    /// <summary>The key that names what a map stands for.</summary>
    public const string Key = "_target_";

    /// <summary>What the names of <see cref="OwnLayerSpec"/> begin with.</summary>
    internal const string OwnLayerSpecs = "megatron_bridge_net.layer_specs.";

    /// <summary>Exact GELU.</summary>
    public static ConfigValue Gelu { get; } = Function("torch._C._nn.gelu");

    /// <summary>x · sigmoid(x).</summary>
    public static ConfigValue Silu { get; } = Function("torch.nn.functional.silu");

    /// <summary>ReLU, squared.</summary>
    public static ConfigValue SquaredRelu { get; } = Function("megatron.core.activations.squared_relu");

    /// <summary>GELU by tanh.</summary>
    public static ConfigValue FastGelu { get; } = Function("megatron.core.activations.fast_gelu");

    /// <summary>GELU by tanh, as OpenAI wrote it.</summary>
    public static ConfigValue OpenAiGelu { get; } = Function("megatron.core.transformer.utils.openai_gelu");

    /// <summary>x · sigmoid(1.702 x).</summary>
    public static ConfigValue QuickGelu { get; } = Function("megatron.core.fusions.fused_bias_geglu.quick_gelu");

    /// <summary>The attention implementation that Transformer Engine chooses.</summary>
    public static ConfigValue AttentionAuto { get; } = Member("megatron.core.transformer.enums.AttnBackend", 5, "auto");

    /// <summary>Attention in plain operations.</summary>
    public static ConfigValue AttentionUnfused { get; } =
        Member("megatron.core.transformer.enums.AttnBackend", 3, "unfused");

    /// <summary>Flash attention.</summary>
    public static ConfigValue AttentionFlash { get; } =
        Member("megatron.core.transformer.enums.AttnBackend", 1, "flash");

    /// <summary>Attention fused by cuDNN.</summary>
    public static ConfigValue AttentionFused { get; } =
        Member("megatron.core.transformer.enums.AttnBackend", 2, "fused");

    /// <summary>No CUDA graph in inference.</summary>
    public static ConfigValue NoInferenceGraph { get; } =
        Member("megatron.core.transformer.enums.InferenceCudaGraphScope", 1, "none");

    /// <summary>The layers of a GPT model, by Transformer Engine.</summary>
    public static ConfigValue DefaultLayerSpec { get; } =
        Function("megatron.bridge.models.gpt_provider.default_layer_spec");

    /// <summary>The layers of a GPT model, by Transformer Engine, where they may differ: dense ones and ones with experts.</summary>
    public static ConfigValue DecoderBlockSpec { get; } =
        ConfigValue.MapOf(
            ("_args_", ConfigValue.ListOf()),
            ("_partial_", true),
            (Key, "megatron.core.models.gpt.gpt_layer_specs.get_gpt_decoder_block_spec"),
            ("use_transformer_engine", true)
        );

    /// <summary>
    /// Layers that neither Megatron-Core nor upstream describes. No package has these functions: docs/extensions.md says what each must
    /// return, and Megatron stops at the unknown name rather than building other layers.
    /// </summary>
    public static ConfigValue OwnLayerSpec(string name) => Function(OwnLayerSpecs + name);

    /// <summary>A function or class, not called.</summary>
    public static ConfigValue Function(string target) => ConfigValue.MapOf(("_call_", false), (Key, target));

    /// <summary>A torch dtype, by torch's name without <c>torch.</c>.</summary>
    public static ConfigValue DType(string torchName) => Function("torch." + torchName);

    /// <summary>A member of an enum.</summary>
    public static ConfigValue Member(string target, long value, string name) =>
        ConfigValue.MapOf(("_args_", ConfigValue.ListOf(value)), ("_call_", true), ("_name_", name), (Key, target));

    /// <summary>Normally distributed weights.</summary>
    public static ConfigValue NormalInit(double std) =>
        ConfigValue.MapOf(
            ("_args_", ConfigValue.ListOf()),
            ("_partial_", true),
            (Key, "torch.nn.init.normal_"),
            ("mean", 0.0),
            ("std", std)
        );

    /// <summary>The name of an enum member, or the text that a value is.</summary>
    internal static string NameOf(ConfigValue value) =>
        value is ConfigValue.Map map && map.Find("_name_") is ConfigValue.Text { Value: var name } ? name : $"{value}";

    /// <summary>What a map stands for, or null when the value is no such map.</summary>
    public static string? Of(ConfigValue value) =>
        value is ConfigValue.Map map && map.Find(Key) is ConfigValue.Text target ? target.Value : null;
}
