using System.Buffers;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;
using MegatronBridge.Layout;
using MegatronBridge.Ranks;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>
/// A router and the experts that it chooses between. Every expert parallel rank has all tokens and computes its own experts for them; what
/// they give is added up.
/// </summary>
internal sealed class ExpertPool
{
    private readonly ExpertMlp[] _experts;
    private readonly int _firstExpert;
    private readonly Activation _activation;

    /// <summary>Builds it from the scope that router and experts are in.</summary>
    public ExpertPool(WeightScope scope)
    {
        ParallelState parallel = scope.Parallel;
        ParallelSizes sizes = parallel.Sizes;
        Router = new(scope);
        _activation = LayerActivations.Experts(scope);
        int own = Router.Experts / sizes.Ep;
        _firstExpert = parallel.Expert.Rank * own;
        _experts = [.. Enumerable.Range(0, own).Select(expert => ExpertMlp.Of(scope, expert))];
        GivesShares = sizes.Ep == 1 && sizes.Etp == sizes.Tp;
    }

    /// <summary>Chooses the experts.</summary>
    public Router Router { get; }

    /// <summary>True when what the experts of a rank give is its share among the tensor parallel ranks, and needs no other exchange.</summary>
    public bool GivesShares { get; }

    /// <summary>
    /// y <c>[tokens, width]</c> becomes what the experts make of x <c>[tokens, width]</c>, as the router chooses by what it sees,
    /// <c>[tokens, hidden]</c>: this rank's share.
    /// </summary>
    public void Forward(ForwardPass pass, Matrix seen, Matrix x, Matrix y)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        int choices = x.Rows * Router.Choices;
        int[] rented = ArrayPool<int>.Shared.Rent(choices);
        Span<int> chosen = rented.AsSpan(0, choices);
        Matrix weights = frame.Take(x.Rows, Router.Choices); // [tokens, choices]
        Router.Choose(pass, seen, chosen, weights);
        y.Clear();
        for (int expert = 0; expert < _experts.Length; expert++)
        {
            AddExpert(pass, expert, x, chosen, weights, y);
        }

        ArrayPool<int>.Shared.Return(rented);
        if (!GivesShares)
        {
            Collectives.Sum(pass.Parallel.ExpertTensor, y);
            Collectives.Sum(pass.Parallel.Expert, y);
            if (pass.Parallel.Tensor.Rank > 0)
            {
                y.Clear(); // all tensor parallel ranks have the whole, which must count once
            }
        }
    }

    private void AddExpert(ForwardPass pass, int expert, Matrix x, ReadOnlySpan<int> chosen, Matrix weights, Matrix y)
    {
        int number = _firstExpert + expert;
        int count = chosen.Count(number);
        if (count == 0)
        {
            return;
        }

        using Scratch.Frame frame = pass.Scratch.Open();
        ExpertMlp mlp = _experts[expert];
        Matrix visitors = frame.Take(count, x.Columns); // [visiting tokens, width]
        Matrix inner = frame.Take(count, mlp.Up.Outputs); // [visiting tokens, inner width], with a gate twice that
        Matrix bent = frame.Take(count, mlp.Down.Inputs); // [visiting tokens, inner width]
        int row = 0;
        for (int choice = 0; row < count; choice++)
        {
            if (chosen[choice] == number)
            {
                x[choice / Router.Choices].CopyTo(visitors[row++]);
            }
        }

        mlp.Up.Run(pass.Workers, visitors, inner);
        _activation.Run(pass.Workers, inner, bent);
        mlp.Down.Run(pass.Workers, bent, visitors);
        row = 0;
        for (int choice = 0; row < count; choice++)
        {
            if (chosen[choice] == number)
            {
                int token = choice / Router.Choices;
                Rows.Add(visitors[row++], y[token], weights[token][choice % Router.Choices]);
            }
        }
    }
}
