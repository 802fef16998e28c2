using MegatronBridge.Cpu.Blocks;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Ranks;

namespace MegatronBridge.Cpu;

/// <summary>One pass of a stretch of tokens through the layers of a rank: what all blocks of it share.</summary>
/// <param name="workers">The threads of the rank.</param>
/// <param name="scratch">Memory for what lives within a block.</param>
/// <param name="lasting">Memory for what lives to the end of the pass.</param>
/// <param name="parallel">The rank's place among the others.</param>
/// <param name="state">What was kept of the tokens before.</param>
internal sealed class ForwardPass(
    Workers workers,
    Scratch scratch,
    Scratch lasting,
    ParallelState parallel,
    SequenceState state
)
{
    private readonly Dictionary<RotaryTable, Matrix> _angles = [];

    /// <summary>The threads of the rank.</summary>
    public Workers Workers => workers;

    /// <summary>Memory for what lives within a block.</summary>
    public Scratch Scratch => scratch;

    /// <summary>The rank's place among the others.</summary>
    public ParallelState Parallel => parallel;

    /// <summary>What was kept of the tokens before.</summary>
    public SequenceState State => state;

    /// <summary>The tokens; as many as there are embeddings when the pass began with those, each -1 then.</summary>
    public required ReadOnlyMemory<int> Tokens { get; init; }

    /// <summary>How many tokens the pass has.</summary>
    public int Count => Tokens.Length;

    /// <summary>Position of the first token: as many came before.</summary>
    public int First => state.Length;

    /// <summary>How many tokens the sequence has behind the pass and those that follow it in the same call.</summary>
    public required int End { get; init; }

    /// <summary>Who wants to see what comes out of the layers, or null.</summary>
    public IForwardObserver? Observer { get; init; }

    /// <summary>Gemma 4: the embeddings of all layers, <c>[tokens, layers · size]</c>; null in other models.</summary>
    public Matrix? PerLayerInputs { get; set; }

    /// <summary>
    /// Sparse attention: what each token sees, <c>[tokens, bits of positions]</c>, as the last layer with an indexer chose it; see
    /// <see cref="TokenChoice"/>.
    /// </summary>
    public Matrix? Chosen { get; set; }

    /// <summary>True when each tensor parallel rank has its share of the tokens between the blocks.</summary>
    public bool IsSequenceParallel { get; init; }

    /// <summary>How many tokens the rank has between the blocks.</summary>
    public int OwnCount => IsSequenceParallel ? Count / parallel.Tensor.Size : Count;

    /// <summary>All tokens <c>[tokens, width]</c>, of which the rank has its own.</summary>
    public Matrix GatherTokens(Scratch.Frame frame, Matrix own)
    {
        if (!IsSequenceParallel)
        {
            return own;
        }

        Matrix all = frame.Take(Count, own.Columns);
        Collectives.GatherRows(parallel.Tensor, own, all);
        return all;
    }

    /// <summary>The rank's tokens <c>[own tokens, width]</c> of what all ranks have shares of, added up.</summary>
    public Matrix SumShares(Scratch.Frame frame, Matrix shares)
    {
        if (!IsSequenceParallel)
        {
            Collectives.Sum(parallel.Tensor, shares);
            return shares;
        }

        Matrix own = frame.Take(OwnCount, shares.Columns);
        Collectives.SumRows(parallel.Tensor, shares, own);
        return own;
    }

    /// <summary>The rank's tokens of what every rank has.</summary>
    public Matrix OwnTokens(Matrix all) =>
        IsSequenceParallel ? all.RowRange(parallel.Tensor.Rank * OwnCount, OwnCount) : all;

    /// <summary>Shows the residual stream to the observer.</summary>
    public void Observe(int layer, string part, Matrix x) => Observer?.OnHidden(layer, part, x.Flat, x.Columns);

    /// <summary>Memory to the end of the pass, not cleared.</summary>
    public Matrix Keep(int columns) => lasting.Take(Count, columns);

    /// <summary>Cosines and sines for the positions of the pass, a row for each token.</summary>
    public Matrix Angles(RotaryTable table)
    {
        if (table.Beyond is { } beyond && End > beyond.Length)
        {
            table = beyond.Table;
        }

        if (!_angles.TryGetValue(table, out Matrix angles))
        {
            angles = lasting.Take(Count, table.Channels);
            table.Fill(First, angles);
            _angles.Add(table, angles);
        }

        return angles;
    }
}
