using MegatronBridge.Config;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>The embedding of tokens, of which each tensor parallel rank has some, and of positions where those are learned.</summary>
internal sealed class EmbeddingTable
{
    private readonly Weight? _positions;
    private readonly float _factor;

    /// <summary>Builds it from the scope of the language model.</summary>
    public EmbeddingTable(WeightScope scope)
    {
        ModelProvider provider = scope.Provider;
        Tokens = scope.Matrix("embedding.word_embeddings.weight");
        const string positions = "embedding.position_embeddings.weight";
        _positions = scope.Has(positions) ? scope.Matrix(positions) : null;
        double factor =
            ClassBehaviour.Of(provider).ScalesEmbedding || provider.IsOn("scale_embeddings_by_hidden_size")
                ? Math.Sqrt(provider.HiddenSize)
                : 1;
        _factor = (float)(
            factor
            * (provider.IsOn("use_mup") ? provider.NumberOr("mup_embedding_mult", 1) : 1)
            * provider.NumberOr("embedding_multiplier", 1)
        );
    }

    /// <summary>The rows of the rank's tokens: also the head, where that is tied.</summary>
    public Weight Tokens { get; }

    /// <summary>x <c>[tokens, hidden]</c> becomes the embeddings: complete, also on several ranks.</summary>
    public void Forward(ForwardPass pass, Matrix x)
    {
        LookUp(pass, Tokens, x);
        Rows.Scale(x, _factor);
        AddPositions(pass, x);
    }

    /// <summary>x becomes the rows of the pass's tokens, of which each tensor parallel rank has some.</summary>
    public static void LookUp(ForwardPass pass, Weight rows, Matrix x)
    {
        int first = pass.Parallel.Tensor.Rank * rows.Rows;
        ReadOnlySpan<int> tokens = pass.Tokens.Span;
        for (int i = 0; i < tokens.Length; i++)
        {
            int row = tokens[i] - first;
            if (row >= 0 && row < rows.Rows)
            {
                rows.ReadRow(row, x[i]);
            }
            else
            {
                x[i].Clear();
            }
        }

        Collectives.Sum(pass.Parallel.Tensor, x);
    }

    private void AddPositions(ForwardPass pass, Matrix x)
    {
        if (_positions is null)
        {
            return;
        }

        using Scratch.Frame frame = pass.Scratch.Open();
        Matrix position = frame.Take(1, x.Columns);
        for (int i = 0; i < x.Rows; i++)
        {
            _positions.ReadRow(pass.First + i, position[0]);
            Rows.Add(position[0], x[i], 1);
        }
    }
}
