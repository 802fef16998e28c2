using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>A linear layer: <c>y [tokens, rows] = x [tokens, columns] · wᵀ + b</c>.</summary>
internal sealed record Linear(Weight Weight, Matrix? Bias)
{
    /// <summary>The layer of a name: its weight and, if there is one, its bias.</summary>
    public static Linear Of(WeightScope scope, string name) =>
        new(scope.Matrix(name + ".weight"), scope.VectorOrNull(name + ".bias"));

    /// <summary>
    /// The layer of a name, of which each rank has some columns: its results are added up, so that one rank alone may have the bias.
    /// </summary>
    public static Linear OfColumns(WeightScope scope, string name)
    {
        Linear whole = Of(scope, name);
        return scope.Parallel.Tensor.Rank == 0 ? whole : whole with { Bias = null };
    }

    /// <summary>Number of columns: what goes in.</summary>
    public int Inputs => Weight.Columns;

    /// <summary>Number of rows: what comes out.</summary>
    public int Outputs => Weight.Rows;

    /// <summary>Computes y, or adds to it.</summary>
    public void Run(Workers workers, Matrix x, Matrix y, bool adds = false)
    {
        Product.Run(workers, x, Weight, y, adds);
        if (Bias is { } bias)
        {
            Rows.AddToEach(bias.Flat, y);
        }
    }
}
