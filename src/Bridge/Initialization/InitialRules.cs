using MegatronBridge.Config;
using MegatronBridge.Model;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Initialization;

/// <summary>
/// What each parameter begins with, as Megatron's modules and the config's methods have it: most matrices are normal, those that write into the
/// residual stream less spread, norms 1 and biases 0.
/// </summary>
internal static class InitialRules
{
    private static readonly string[] OutputLayers =
    [
        "linear_proj",
        "linear_fc2",
        "out_proj",
        "fc2_latent_proj",
        "added_linear_proj",
    ];

    /// <summary>The rule for a parameter of the model that a provider describes.</summary>
    /// <exception cref="UnsupportedModelException">There is none for its name, or the config names a method that is not known.</exception>
    public static InitialValues Of(ModelParameter parameter, ModelProvider provider)
    {
        if (parameter.Initial is { } own)
        {
            return own;
        }

        InitMethods methods = new(parameter.LayerProvider ?? provider);
        string[] path = parameter.Key.Split('.'); // without numbers of layers that are stacked, and of experts
        string module = path.Length > 1 ? path[^2] : "";
        return parameter.IsBuffer ? OfBuffer(path[^1])
            : IsNorm(module, path[^1], parameter.Shape) ? OfNorm(module, methods)
            : OfSpecial(module, path[^1], parameter.Shape, methods)
                ?? (
                    parameter.Shape.Rank >= 2 ? OfMatrix(path, methods)
                    : path[^1].EndsWith("bias", StringComparison.Ordinal) ? InitialValues.Zero
                    : throw new UnsupportedModelException($"There is no rule for what {parameter.Name} begins with.")
                );
    }

    /// <summary>The rule for a parameter of a module of transformers: normal matrices, norms 1, biases 0, whatever else 0.</summary>
    public static InitialValues OfTransformers(string name, Shape shape, double std) =>
        shape.Rank >= 2 && !name.EndsWith("bias", StringComparison.Ordinal) ? new InitialValues.Normal(std)
        : name.EndsWith("weight", StringComparison.Ordinal) || name.EndsWith("gamma", StringComparison.Ordinal)
            ? InitialValues.One
        : InitialValues.Zero;

    /// <summary>The rule for what is not trained: counts and balances begin with 0, factors with 1, bounds with none.</summary>
    public static InitialValues OfBuffer(string name) =>
        name switch
        {
            "layer_scalar" or "running_var" or "std_scale" => InitialValues.One,
            "input_max" or "output_max" => new InitialValues.Constant(float.PositiveInfinity),
            "input_min" or "output_min" => new InitialValues.Constant(float.NegativeInfinity),
            _ => InitialValues.Zero,
        };

    private static bool IsNorm(string module, string name, Shape shape) =>
        name == "layer_norm_weight"
        || (name == "weight" && (shape.Rank == 1 || module.EndsWith("norm", StringComparison.Ordinal)));

    // The norm inside a mixer has no place for another centre.
    private static InitialValues OfNorm(string module, InitMethods methods) =>
        methods.HasZeroCenteredNorms && module != "norm" ? InitialValues.Zero : InitialValues.One;

    private static InitialValues OfMatrix(string[] path, InitMethods methods) =>
        path switch
        {
            [.., "embedding", "word_embeddings" or "position_embeddings", _] => methods.Embedding,
            [.., "output_layer", _] => methods.OutputLayer,
            [.., "adaln" or "adaln_context", "linear", _] => InitialValues.Zero,
            [.., string module, _] when OutputLayers.Contains(module) => methods.Residual,
            _ => methods.Matrix,
        };

    private static InitialValues? OfSpecial(string module, string name, Shape shape, InitMethods methods) =>
        (module, name) switch
        {
            ("mixer" or "mamba_mixer", "dt_bias") => new InitialValues.InverseSoftplus(0.001, 0.1),
            ("self_attention", "dt_bias") => methods.HasKimiDelta
                ? new InitialValues.InverseSoftplus(0.001, 0.1)
                : InitialValues.One,
            (_, "A_log") => new InitialValues.LogOfUniform(1, 16),
            (_, "D") => InitialValues.One,
            ("conv1d", "bias") => InitialValues.OfTorchLayer(methods.MixerKernel),
            (_, "weight") when module.EndsWith("conv1d", StringComparison.Ordinal) => InitialValues.OfTorchLayer(
                shape.CountFrom(1)
            ),
            ("router", "bias") => methods.Matrix,
            ("router", "scale" or "per_expert_scale") => InitialValues.One,
            (_, "softmax_offset") => methods.Matrix,
            (_, "attn_sink") => InitialValues.Zero,
            (_, "alpha_pre" or "alpha_post" or "alpha_res") => new InitialValues.Constant(
                methods.HyperConnectionFactor
            ),
            ("mapping_proj", _) or (_, "hc_head_fn") => InitialValues.Xavier(shape[1], shape[0]),
            (_, "hc_head_base") => InitialValues.Zero,
            (_, "hc_head_scale") => InitialValues.One,
            (_, "class_token") => new InitialValues.Normal(1),
            (_, "position_embeddings" or "modulation") => new InitialValues.Normal(
                1 / Math.Sqrt(shape[shape.Rank - 1])
            ),
            _ => null,
        };
}
