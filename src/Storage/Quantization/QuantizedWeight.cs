using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Quantization;

/// <summary>A weight as codes and scales: each block divided by its scale and rounded, as it is read.</summary>
public sealed class QuantizedWeight
{
    /// <summary>Rounds a weight <c>[..., rows, columns]</c> of a wide floating-point type.</summary>
    /// <param name="weight">The numbers.</param>
    /// <param name="rows">How rows share scales.</param>
    /// <param name="columns">How columns do.</param>
    /// <param name="form">What the codes are.</param>
    /// <param name="codeType">The type of the codes' tensor; U8, I8 and I32 take several codes of four bits.</param>
    /// <param name="scaleType">F32, BF16, F16, F8_E8M0, or U8 for powers of two with a bias of 127.</param>
    public QuantizedWeight(
        TensorView weight,
        BlockAxis rows,
        BlockAxis columns,
        CodeForm form,
        DType codeType,
        DType scaleType
    )
    {
        int rank = weight.Shape.Rank;
        int perItem = codeType == DType.F4 ? 1 : codeType.BitCount() / form.Bits;
        if (rank < 2 || !weight.DType.IsWideFloat() || perItem < 1 || weight.Shape[rank - 1] % perItem != 0)
        {
            throw new ArgumentException($"{weight} cannot be rounded to {form.Name} in {codeType}.", nameof(weight));
        }

        BlockScales scales = new(weight, rows, columns, form, scaleType);
        Shape codes = weight.Shape.With(rank - 1, weight.Shape[rank - 1] / perItem);
        Codes = new RoundedCodesView(weight, scales, form, codeType, codes);
        Shape blocks = weight.Shape.With(rank - 2, scales.BlockRows).With(rank - 1, scales.BlockColumns);
        Scales = new BlockScalesView(scales, scaleType, blocks);
    }

    /// <summary>The codes, packed along the columns.</summary>
    public TensorView Codes { get; }

    /// <summary>The scales <c>[..., blocks of rows, blocks of columns]</c>.</summary>
    public TensorView Scales { get; }
}
