using MegatronBridge.Config;
using MegatronBridge.Mapping;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Families;

/// <summary>
/// A number for each head, behind which the checkpoints of Kimi K3 may have zeros, for heads that are not there. <c>[heads + zeros]
/// &lt;-&gt; [heads]</c>. Only the original tells how many.
/// </summary>
internal sealed class PaddedHeads(string megatron, string hf) : ParameterMapping(megatron, hf)
{
    private const int MostHeads = 1 << 16;

    /// <inheritdoc/>
    public override string Kind => "same, zeros behind it left out";

    /// <inheritdoc/>
    public override TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf) => hf[0];

    /// <inheritdoc/>
    public override IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron) => [megatron];

    /// <inheritdoc/>
    public override TensorView Unpad(string name, TensorView hf, Shape expected) =>
        IsPadded(hf, expected) ? new HeadsView(name, hf, expected) : hf;

    /// <inheritdoc/>
    public override TensorView PadLike(TensorView hf, TensorView original) =>
        IsPadded(original, hf.Shape) ? hf.PadTo(0, original.Shape[0]) : hf;

    private static bool IsPadded(TensorView tensor, Shape expected) =>
        tensor.Shape.Rank == 1 && tensor.Shape[0] > expected[0] && tensor.Shape[0] <= MostHeads;

    // Looks at what is left out before it gives anything.
    private sealed class HeadsView(string name, TensorView padded, Shape heads) : TensorView(padded.DType, heads)
    {
        protected override void ReadCore(long offset, Span<byte> destination)
        {
            byte[] rest = new byte[padded.ByteCount - ByteCount];
            padded.Read(ByteCount, rest);
            if (rest.AsSpan().ContainsAnyExcept((byte)0))
            {
                throw new BadFileException(
                    name,
                    $"behind the {Shape[0]} heads that the config tells of there must be zeros only, but some are not."
                );
            }

            padded.Read(offset, destination);
        }
    }
}
