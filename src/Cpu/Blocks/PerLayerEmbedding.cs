using MegatronBridge.Config;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>
/// Gemma 4's embeddings for each layer: a table of what a token is, and a projection of its ordinary embedding, added up.
/// </summary>
internal sealed class PerLayerEmbedding
{
    private readonly Weight _table;
    private readonly Linear _projection;
    private readonly RowNorm _norm;
    private readonly int _size;
    private readonly float _projectionScale;

    /// <summary>Builds it from the scope of the language model.</summary>
    public PerLayerEmbedding(WeightScope scope)
    {
        ModelProvider provider = scope.Provider;
        _table = scope.Matrix("per_layer_embedding.weight");
        _projection = Linear.Of(scope, "per_layer_model_proj");
        _norm = scope.Norm("per_layer_proj_norm.");
        _size = provider.PerLayerEmbedDim;
        _projectionScale = (float)(1 / Math.Sqrt(provider.HiddenSize));
        Width = provider.NumLayers * _size;
    }

    /// <summary>Channels of all layers together.</summary>
    public int Width { get; }

    /// <summary>y <c>[tokens, layers · size]</c> becomes what each layer gets, x <c>[tokens, hidden]</c> being the ordinary embeddings.</summary>
    public void Forward(ForwardPass pass, Matrix x, Matrix y)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        Matrix own = frame.Take(x.Rows, _projection.Outputs); // [tokens, channels of the rank]
        Matrix table = frame.Take(x.Rows, Width); // [tokens, layers · size]
        _projection.Run(pass.Workers, x, own);
        Collectives.GatherColumns(pass.Parallel.Tensor, pass.Scratch, own, y);
        Rows.Scale(y, _projectionScale);
        Matrix layers = y.Reshape(y.Rows * (Width / _size), _size);
        _norm.Run(pass.Workers, layers, layers);
        EmbeddingTable.LookUp(pass, _table, table);
        Rows.Add(table, y, MathF.Sqrt(_size));
        Rows.Scale(y, MathF.Sqrt(0.5f));
    }
}
