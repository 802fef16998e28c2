using MegatronBridge.Config;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Ranks;

namespace MegatronBridge.Cpu.Weights;

/// <summary>
/// What a block is built from: the weights under a prefix of names, the config of its layer, and the rank's place among the others.
/// </summary>
/// <param name="Weights">All weights of the rank.</param>
/// <param name="Prefix">What the names begin with: <c>decoder.layers.0.self_attention.</c></param>
/// <param name="Provider">The config of the layer.</param>
/// <param name="Parallel">The rank's place.</param>
internal sealed record WeightScope(RankWeights Weights, string Prefix, ModelProvider Provider, ParallelState Parallel)
{
    /// <summary>The config of the model.</summary>
    public ModelProvider Model { get; init; } = Provider;

    /// <summary>The layer in the whole model.</summary>
    public int Layer { get; init; }

    /// <summary>The scope of a module in this one.</summary>
    public WeightScope Inside(string prefix) => this with { Prefix = Prefix + prefix };

    /// <summary>True when there is a parameter of that name.</summary>
    public bool Has(string name) => Weights.Has(Prefix + name);

    /// <summary>A matrix.</summary>
    public Weight Matrix(string name) => Weights.Matrix(Prefix + name);

    /// <summary>Some of a matrix's rows.</summary>
    public Weight Rows(string name, int first, int count) => Weights.Rows(Prefix + name, first, count);

    /// <summary>Whole numbers.</summary>
    public int[] Integers(string name) => Weights.Integers(Prefix + name);

    /// <summary>A vector.</summary>
    public Matrix Vector(string name) => Weights.Vector(Prefix + name);

    /// <summary>A vector, or null when there is none.</summary>
    public Matrix? VectorOrNull(string name) => Has(name) ? Vector(name) : null;

    /// <summary>A vector of zeros.</summary>
    public Matrix Zeros(int count) => Weights.Zeros(count);

    /// <summary>A norm whose parameters begin with a name: <c>layer_norm_</c> of a linear layer, <c>final_layernorm.</c>; null when there is none.</summary>
    public RowNorm? NormOrNull(string name, double? epsilon = null) =>
        Has(name + "weight") ? Norm(name, epsilon) : null;

    /// <summary>A norm whose parameters begin with a name; with the model's epsilon when none is given.</summary>
    public RowNorm Norm(string name, double? epsilon = null)
    {
        Matrix weight = Vector(name + "weight");
        if (Provider.LayernormZeroCenteredGamma)
        {
            foreach (ref float factor in weight.Flat)
            {
                factor += 1;
            }
        }

        return new(
            weight,
            VectorOrNull(name + "bias"),
            (float)(epsilon ?? Provider.LayernormEpsilon),
            Provider.Normalization == "LayerNorm"
        );
    }
}
