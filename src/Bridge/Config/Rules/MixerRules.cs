namespace MegatronBridge.Config.Rules;

/// <summary>How tensor parallelism shares out the heads of Mamba-2 mixers.</summary>
internal static class MixerRules
{
    public static IEnumerable<(bool IsBroken, string Fault)> Of(RuleFields f)
    {
        bool hasMixers =
            f.Word("hybrid_layer_pattern")?.Contains(HybridPattern.Mamba, StringComparison.Ordinal) == true
            || f.On("use_mamba");
        return hasMixers ? OfMixers(f.Config) : [];
    }

    private static IEnumerable<(bool, string)> OfMixers(TransformerConfig config)
    {
        (int tp, int groups) = (Math.Max(1, config.TensorModelParallelSize), config.MambaNumGroups);
        int inner = 2 * config.HiddenSize; // Megatron's expand is 2
        int heads = config.MambaNumHeads ?? inner / Math.Max(1, config.MambaHeadDim);
        return
        [
            (
                config.MambaHeadDim < 1 || (config.MambaNumHeads is null && inner % config.MambaHeadDim != 0),
                $"Twice the hidden_size ({inner}) must be a multiple of mamba_head_dim ({config.MambaHeadDim})."
            ),
            (heads % tp != 0, $"The Mamba heads ({heads}) must be a multiple of tensor_model_parallel_size ({tp})."),
            (
                groups < 1 || groups % tp != 0,
                $"mamba_num_groups ({groups}) must be a multiple of tensor_model_parallel_size ({tp})."
            ),
            (
                groups >= 1 && heads % groups != 0,
                $"The Mamba heads ({heads}) must be a multiple of mamba_num_groups ({groups})."
            ),
        ];
    }
}
