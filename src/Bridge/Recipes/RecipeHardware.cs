using System.Globalization;

namespace MegatronBridge.Recipes;

/// <summary>What a performance recipe was measured on, as its name tells: <c>llama3_8b_pretrain_8gpu_gb200_fp8mx</c>.</summary>
/// <param name="Gpus">How many GPUs.</param>
/// <param name="Gpu">Their kind, in small letters: <c>h100</c>, <c>gb200</c>.</param>
/// <param name="Precision">
/// What is computed in: <c>bf16</c>; <c>fp8cs</c>, <c>fp8ds</c>, <c>fp8sc</c> and <c>fp8mx</c>, FP8 with current, delayed, subchannel and MX
/// scaling; <c>nvfp4</c>.
/// </param>
/// <param name="Variant">What sets it apart from the recipe for the same GPUs: <c>large_scale</c>, <c>fsdp</c>; empty for that one.</param>
public sealed record RecipeHardware(int Gpus, string Gpu, string Precision, string Variant)
{
    /// <summary>What the name of a performance recipe tells.</summary>
    internal static RecipeHardware Of(string name)
    {
        string[] words = name.Split('_');
        int at = Array.FindIndex(words, word => word.EndsWith("gpu", StringComparison.Ordinal));
        return new(
            int.Parse(words[at].AsSpan()[..^"gpu".Length], CultureInfo.InvariantCulture),
            words[at + 1],
            words[at + 2],
            string.Join('_', words[(at + 3)..])
        );
    }
}
