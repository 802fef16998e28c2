namespace MegatronBridge.Cpu.Blocks;

/// <summary>What the modules of multi-latent attention are called.</summary>
/// <param name="QueryDown">Projects to the latent vector of queries.</param>
/// <param name="QueryNorm">Norms it, if it has a norm of its own.</param>
/// <param name="QueryUp">Projects it to the heads.</param>
/// <param name="Down">Projects to the latent vector of keys and values, and to what all keys share.</param>
/// <param name="Norm">Norms it, if it has a norm of its own.</param>
/// <param name="Up">Projects it to the heads.</param>
/// <param name="Out">Projects what the heads give.</param>
internal sealed record LatentNames(
    string QueryDown,
    string QueryNorm,
    string QueryUp,
    string Down,
    string Norm,
    string Up,
    string Out
)
{
    /// <summary>Megatron's.</summary>
    public static LatentNames Megatron { get; } =
        new(
            "linear_q_down_proj",
            "q_layernorm.",
            "linear_q_up_proj",
            "linear_kv_down_proj",
            "kv_layernorm.",
            "linear_kv_up_proj",
            "linear_proj"
        );

    /// <summary>Those of Kimi K3, which are Hugging Face's.</summary>
    public static LatentNames Kimi { get; } =
        new("q_a_proj", "q_a_layernorm.", "q_b_proj", "kv_a_proj_with_mqa", "kv_a_layernorm.", "kv_b_proj", "o_proj");
}
