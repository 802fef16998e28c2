using MegatronBridge.Config;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Checkpoints;

// The functions for element types.
public static partial class ModelLoadSave
{
    /// <summary>The type that a config's flags say: bfloat16 for <c>bf16</c>, else float16 for <c>fp16</c>, else float32.</summary>
    public static DType TorchDTypeFromMcoreConfig(ModelProvider config) =>
        config.Bf16 ? DType.BF16
        : config.Fp16 ? DType.F16
        : DType.F32;

    /// <summary>
    /// The type of one of the names that configs have for it: <c>bf16</c>, <c>torch.float16</c>, <c>16-mixed</c>; float32 for all that are
    /// not known.
    /// </summary>
    public static DType DTypeFromStr(string dtype) => DTypeNames.Parse(dtype) ?? DType.F32;

    /// <summary>The type that <c>torch_dtype</c> (or <c>dtype</c>, as transformers 5 calls it) of a config.json names.</summary>
    /// <exception cref="BadFileException">There is no such key, or its value is no text. A name that is not known is float32.</exception>
    public static DType DTypeFromHf(HfConfig config)
    {
        string? key = Array.Find(["torch_dtype", "dtype"], config.Has);
        return key is null
            ? throw new BadFileException(
                config.Path,
                "there is no torch_dtype (nor dtype), so no type of the weights is told."
            )
            : DTypeFromStr(config.Text(key));
    }
}
