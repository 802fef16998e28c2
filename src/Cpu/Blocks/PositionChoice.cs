using MegatronBridge.Cpu.Kernels;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>What an indexer's queries choose among its keys, some tokens at a time.</summary>
internal static class PositionChoice
{
    private const int Batch = 32; // tokens whose scores are in memory

    /// <summary>Chooses for the tokens of a pass.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="queries">Queries <c>[tokens, heads · size]</c>.</param>
    /// <param name="weights">What the heads count, <c>[tokens, heads]</c>.</param>
    /// <param name="keys">Keys, a row for each position.</param>
    /// <param name="ratio">Tokens of a key.</param>
    /// <param name="count">How many positions are chosen.</param>
    /// <param name="chosen">Where the choice goes, <c>[tokens, bits of positions]</c>.</param>
    public static void Run(
        ForwardPass pass,
        Matrix queries,
        Matrix weights,
        PagedRows keys,
        int ratio,
        int count,
        Matrix chosen
    )
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        int positions = (pass.First + queries.Rows) / ratio;
        Matrix scores = frame.Take(Math.Min(Batch, queries.Rows), positions);
        Matrix sorted = frame.Take(scores.Rows, positions);
        Matrix products = frame.Take(scores.Rows, PositionScoresJob.ProductColumns(weights.Columns));
        for (int at = 0; at < queries.Rows; at += Batch)
        {
            int tokens = Math.Min(Batch, queries.Rows - at);
            PositionScoresJob job = new()
            {
                Queries = queries.RowRange(at, tokens),
                Weights = weights.RowRange(at, tokens),
                Keys = keys,
                First = pass.First + at,
                Ratio = ratio,
                Count = count,
                Scores = scores,
                Sorted = sorted,
                Products = products,
                Chosen = chosen.RowRange(at, tokens),
            };
            pass.Workers.Run(tokens, 1, job.Keys.DType, job);
        }
    }
}
