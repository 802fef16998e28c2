using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>What a folder of peft has for a parameter that packs all experts of a layer: their matrices, packed too.</summary>
/// <param name="Module">The module: <c>model.layers.0.mlp.experts</c>.</param>
/// <param name="Parameter">Its parameter: <c>gate_up_proj</c>.</param>
/// <param name="A">The matrices A one below the other, <c>[experts * rank, in]</c>.</param>
/// <param name="B">The columns of B for one rank after the other, each with those of all experts, <c>[out, rank * experts]</c>.</param>
/// <param name="Rank">The rank of an expert's matrices.</param>
/// <param name="Scale">What the product is multiplied by.</param>
internal sealed record PackedMatrices(
    string Module,
    string Parameter,
    TensorView A,
    TensorView B,
    int Rank,
    double Scale
)
{
    /// <summary>Number of experts.</summary>
    public int Experts => (int)(A.Shape[0] / Rank);

    /// <summary>True when they are for weights <c>[out, in]</c>.</summary>
    public bool Fits(Shape weight) => (A.Shape[1], B.Shape[0]) == (weight[1], weight[0]);

    /// <summary>
    /// True when A and B have changed places: before version 0.19, peft took parameters that lie output first for such that lie input first.
    /// </summary>
    public bool FitsExchanged(Shape weight) => (A.Shape[1], B.Shape[0]) == (weight[0], weight[1]);

    /// <summary>The matrices of each expert.</summary>
    public IEnumerable<(TensorView A, TensorView B)> Split(bool areExchanged)
    {
        TensorView columns = new LoadedView(B).Reshape([B.Shape[0], Rank, Experts]).Permute(2, 0, 1);
        for (int expert = 0; expert < Experts; expert++)
        {
            TensorView a = A.Slice(0, (long)expert * Rank, Rank);
            TensorView b = columns.Index(expert);
            yield return areExchanged ? (b.Permute(1, 0), a.Permute(1, 0)) : (a, b);
        }
    }

    /// <summary>Packs the matrices of all experts.</summary>
    public static PackedMatrices Pack(string module, string parameter, IReadOnlyList<LowRankUpdate> experts)
    {
        TensorView b = TensorViews.Stack([.. experts.Select(expert => expert.B)]).Permute(1, 2, 0);
        return new(
            module,
            parameter,
            TensorViews.Concat(0, [.. experts.Select(expert => expert.A)]),
            b.Reshape([b.Shape[0], b.Shape[1] * b.Shape[2]]),
            experts[0].Rank,
            experts[0].Scale
        );
    }
}
