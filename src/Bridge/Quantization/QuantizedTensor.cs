using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Quantization;

/// <summary>A tensor that a checkpoint stores as codes and scales.</summary>
/// <param name="Name">Its name as the model knows it.</param>
/// <param name="Scheme">How it is stored, in words: <c>F8_E4M3 with an F32 scale for 128 x 128</c>.</param>
/// <param name="Parts">Names of the stored tensors that it is made of, the codes first.</param>
/// <param name="View">Its numbers, reckoned as they are read.</param>
public sealed record QuantizedTensor(string Name, string Scheme, IReadOnlyList<string> Parts, TensorView View)
{
    /// <summary>Makes the stored tensors of other numbers, by upstream's rules; null where there are none for this scheme.</summary>
    internal Requantization? Again { get; init; }

    /// <summary>Makes the stored tensors, by name, of the numbers of a weight.</summary>
    internal delegate IReadOnlyList<KeyValuePair<string, TensorView>> Requantization(TensorView weight);
}
