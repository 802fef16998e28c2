using MegatronBridge.Cpu.Kernels;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>
/// What adds to the residual stream: <c>x += factor · norm(block(norm(x)))</c>, or the sum of several blocks side by side. Of several streams
/// x is a sum, see <see cref="StreamConnection"/>. Between steps a rank has all tokens, or with sequence parallelism its share of them; blocks
/// see them all.
/// </summary>
/// <param name="Branches">The blocks, each with the norm before it or none.</param>
/// <param name="PostNorm">The norm behind them, or none.</param>
/// <param name="Factor">What they are multiplied by.</param>
internal sealed record ResidualStep(
    IReadOnlyList<(RowNorm? Norm, Block Block)> Branches,
    RowNorm? PostNorm = null,
    float Factor = 1
)
{
    /// <summary>How the blocks are connected with several residual streams, or null where there is one.</summary>
    public StreamConnection? Streams { get; init; }

    /// <summary>The name of its first block.</summary>
    public string Name => Branches[0].Block.Name;

    /// <summary>Adds to x <c>[own tokens, streams · hidden]</c>.</summary>
    public void Forward(ForwardPass pass, Matrix x)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        Matrix sum = frame.Take(x.Rows, x.Columns / (Streams?.Count ?? 1)); // [own tokens, hidden]
        if (Streams is null)
        {
            Run(pass, x, sum);
            Rows.Add(pass.Workers, sum, x, Factor);
            return;
        }

        Matrix numbers = frame.Take(x.Rows, Streams.Numbers);
        Matrix input = frame.Take(x.Rows, sum.Columns); // [own tokens, hidden]
        Streams.Read(pass, x, numbers, input);
        Run(pass, input, sum);
        Rows.Scale(sum, Factor);
        Streams.Write(pass, numbers, sum, x);
    }

    private void Run(ForwardPass pass, Matrix x, Matrix sum)
    {
        sum.Clear();
        foreach (bool isShare in (ReadOnlySpan<bool>)[true, false])
        {
            AddBranches(pass, x, sum, isShare);
        }

        PostNorm?.Run(pass.Workers, sum, sum);
    }

    // Shares of several blocks are added up before the ranks add up theirs: one exchange for all of them.
    private void AddBranches(ForwardPass pass, Matrix x, Matrix sum, bool areShares)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        Matrix input = frame.Take(x.Rows, x.Columns); // [own tokens, hidden]
        Matrix output = frame.Take(pass.Count, x.Columns); // [tokens, hidden]
        Matrix? total = null;
        foreach ((RowNorm? norm, Block block) in Branches)
        {
            if (block.GivesShares != areShares)
            {
                continue;
            }

            Matrix own = total is null ? output : frame.Take(pass.Count, x.Columns);
            Matrix normed = x;
            if (norm is not null)
            {
                norm.Run(pass.Workers, x, input);
                normed = input;
            }

            block.Forward(pass, pass.GatherTokens(frame, normed), own);
            if (total is { } before)
            {
                Rows.Add(pass.Workers, own, before);
            }
            else
            {
                total = own;
            }
        }

        if (total is { } all)
        {
            Rows.Add(pass.Workers, areShares ? pass.SumShares(frame, all) : pass.OwnTokens(all), sum);
        }
    }
}
