namespace MegatronBridge.Translation;

/// <summary>An argument of Megatron-LM that says more than one field, or a word.</summary>
/// <param name="Argument">The argument, without dashes in front.</param>
/// <param name="Fields">What it says.</param>
internal sealed record SeveralFields(string Argument, params IReadOnlyList<(string Field, string Value)> Fields)
{
    /// <summary>What the layers compute between their two linear parts.</summary>
    public const string Activation = "model.activation_func";

    /// <summary>Whether half of it is a gate.</summary>
    public const string Gated = "model.gated_linear_unit";

    private const string Precision = "mixed_precision";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SeveralFields> All { get; } =
    [
        new("swiglu", (Gated, "true"), (Activation, "silu")),
        new("quick-geglu", (Gated, "true"), (Activation, "quick_gelu")),
        new("squared-relu", (Activation, "squared_relu")),
        new("bf16", (Precision, "bf16_mixed")),
        new("fp16", (Precision, "16-mixed")),
    ];
}
