using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;
using MegatronBridge.Model;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>The norms of queries and keys: of each head, with weights of its own or not, or of all heads together.</summary>
internal sealed class QkNorm
{
    private readonly RowNorm _query;
    private readonly RowNorm _key;
    private readonly QkNormSpan _span;
    private readonly AttentionHeads _heads;

    private QkNorm(RowNorm query, RowNorm key, QkNormSpan span, AttentionHeads heads)
    {
        _query = query;
        _key = key;
        _span = span;
        _heads = heads;
    }

    /// <summary>The norms of an attention module, or null when it has none.</summary>
    public static QkNorm? Of(WeightScope scope, AttentionHeads heads)
    {
        if (!scope.Has("q_layernorm.weight"))
        {
            return null;
        }

        QkNormSpan span = LayerSpec.Of(scope.Provider).QkNormSpan;
        RowNorm query = scope.Norm("q_layernorm.");
        RowNorm key = scope.Norm("k_layernorm.");
        if (span == QkNormSpan.AllHeads)
        {
            int rank = scope.Parallel.Tensor.Rank;
            query = query with { Weight = Own(query, rank * heads.Queries, heads.Queries) };
            key = key with { Weight = Own(key, rank / heads.Copies * heads.Groups, heads.Groups) };
        }

        return new(query, key, span, heads);

        Matrix Own(RowNorm norm, int first, int count) =>
            norm.Weight!.Value.ColumnRange(first * heads.Size, count * heads.Size);
    }

    /// <summary>Norms queries <c>[tokens, heads · size]</c> and keys <c>[tokens, groups · size]</c> in their place.</summary>
    public void Run(ForwardPass pass, Matrix queries, Matrix keys)
    {
        switch (_span)
        {
            case QkNormSpan.Head:
                Matrix queryHeads = queries.Reshape(queries.Rows * _heads.Queries, _heads.Size);
                Matrix keyHeads = keys.Reshape(keys.Rows * _heads.Groups, _heads.Size);
                _query.Run(pass.Workers, queryHeads, queryHeads);
                _key.Run(pass.Workers, keyHeads, keyHeads);
                break;
            case QkNormSpan.EachHead:
                NormEach(_query, queries);
                NormEach(_key, keys);
                break;
            default:
                NormAll(pass, queries, keys);
                break;
        }
    }

    private void NormEach(RowNorm norm, Matrix heads)
    {
        Matrix weights = norm.Weight!.Value;
        for (int head = 0; head < weights.Rows; head++)
        {
            RowNorm own = norm with { Weight = weights.RowRange(head, 1) };
            for (int token = 0; token < heads.Rows; token++)
            {
                own.Run(heads[token].Slice(head * _heads.Size, _heads.Size));
            }
        }
    }

    // The mean square is that of all heads, those of other ranks included; keys that several ranks have count once.
    private void NormAll(ForwardPass pass, Matrix queries, Matrix keys)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        Matrix sums = frame.Take(queries.Rows, 2);
        for (int token = 0; token < queries.Rows; token++)
        {
            sums[token][0] = Rows.Product(queries[token], queries[token]);
            sums[token][1] = Rows.Product(keys[token], keys[token]) / _heads.Copies;
        }

        Collectives.Sum(pass.Parallel.Tensor, sums);
        int ranks = pass.Parallel.Tensor.Size;
        for (int token = 0; token < queries.Rows; token++)
        {
            Scale(_query, queries[token], sums[token][0] / ((long)queries.Columns * ranks));
            Scale(_key, keys[token], sums[token][1] / ((long)keys.Columns * ranks / _heads.Copies));
        }
    }

    private static void Scale(RowNorm norm, Span<float> numbers, float meanSquare)
    {
        float scale = 1 / MathF.Sqrt(meanSquare + norm.Epsilon);
        ReadOnlySpan<float> weights = norm.Weight!.Value[0];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] *= scale * weights[i];
        }
    }
}
