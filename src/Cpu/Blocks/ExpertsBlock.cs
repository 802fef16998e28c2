using System.Buffers;
using MegatronBridge.Config;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;
using MegatronBridge.Layout;
using MegatronBridge.Ranks;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>
/// A mixture of experts: each token visits those that the router chooses, and all tokens the shared ones. Every expert parallel rank has
/// all tokens and computes its own experts for them; what they give is added up.
/// </summary>
internal sealed class ExpertsBlock : Block
{
    private readonly Router _router;
    private readonly ExpertMlp[] _experts;
    private readonly int _firstExpert;
    private readonly Activation _activation;
    private readonly Linear? _intoLatent;
    private readonly Linear? _outOfLatent;
    private readonly MlpBlock? _shared;
    private readonly Matrix? _sharedGate;
    private readonly bool _areShares; // what the experts give adds up over the tensor parallel ranks

    /// <summary>Builds it from the scope of its module.</summary>
    public ExpertsBlock(WeightScope scope)
    {
        ParallelState parallel = scope.Parallel;
        ParallelSizes sizes = parallel.Sizes;
        _router = new(scope);
        _activation = Activation.Of(scope.Provider);
        int own = _router.Experts / sizes.Ep;
        _firstExpert = parallel.Expert.Rank * own;
        _experts = [.. Enumerable.Range(0, own).Select(expert => ExpertMlp.Of(scope, expert))];
        if (scope.Has("fc1_latent_proj.weight"))
        {
            _intoLatent = Linear.Of(scope, "fc1_latent_proj");
            _outOfLatent = Linear.OfColumns(scope, "fc2_latent_proj");
        }

        if (scope.Has("shared_experts.linear_fc1.weight"))
        {
            _shared = new(scope.Inside("shared_experts."), _activation);
            _sharedGate = scope.VectorOrNull("shared_experts.gate_weight");
        }

        _areShares = sizes.Ep == 1 && sizes.Etp == sizes.Tp;
    }

    /// <inheritdoc/>
    public override string Name => "mlp";

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass, Matrix x, Matrix y)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        y.Clear();
        if (_intoLatent is null)
        {
            AddRouted(pass, x, x, y);
        }
        else
        {
            Matrix latent = frame.Take(x.Rows, _intoLatent.Outputs); // [tokens, latent size]
            Matrix sum = frame.Take(x.Rows, latent.Columns); // [tokens, latent size]
            _intoLatent.Run(pass.Workers, x, latent);
            sum.Clear();
            AddRouted(pass, x, latent, sum);
            _outOfLatent!.Run(pass.Workers, sum, y);
        }

        if (_shared is not null)
        {
            AddShared(pass, x, y);
        }
    }

    // x is what the router sees, and inner what the experts do.
    private void AddRouted(ForwardPass pass, Matrix x, Matrix inner, Matrix y)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        int choices = x.Rows * _router.Choices;
        int[] chosen = ArrayPool<int>.Shared.Rent(choices);
        Matrix weights = frame.Take(x.Rows, _router.Choices); // [tokens, choices]
        _router.Choose(pass, x, chosen.AsSpan(0, choices), weights);
        for (int expert = 0; expert < _experts.Length; expert++)
        {
            AddExpert(pass, expert, inner, chosen.AsSpan(0, choices), weights, y);
        }

        ArrayPool<int>.Shared.Return(chosen);
        if (!_areShares)
        {
            Collectives.Sum(pass.Parallel.ExpertTensor, y);
            Collectives.Sum(pass.Parallel.Expert, y);
            if (pass.Parallel.Tensor.Rank > 0)
            {
                y.Clear(); // the whole is on all tensor parallel ranks, and must count once
            }
        }
    }

    private void AddExpert(ForwardPass pass, int expert, Matrix x, ReadOnlySpan<int> chosen, Matrix weights, Matrix y)
    {
        int count = chosen.Count(_firstExpert + expert);
        if (count == 0)
        {
            return;
        }

        using Scratch.Frame frame = pass.Scratch.Open();
        ExpertMlp mlp = _experts[expert];
        Matrix visitors = frame.Take(count, x.Columns); // [visiting tokens, width]
        Matrix inner = frame.Take(count, mlp.Up.Outputs);
        Matrix bent = frame.Take(count, mlp.Down.Inputs);
        for (
            int choice = Next(chosen, expert, 0), row = 0;
            row < count;
            row++, choice = Next(chosen, expert, choice + 1)
        )
        {
            x[choice / _router.Choices].CopyTo(visitors[row]);
        }

        mlp.Up.Run(pass.Workers, visitors, inner);
        _activation.Run(pass.Workers, inner, bent);
        mlp.Down.Run(pass.Workers, bent, visitors);
        for (
            int choice = Next(chosen, expert, 0), row = 0;
            row < count;
            row++, choice = Next(chosen, expert, choice + 1)
        )
        {
            int token = choice / _router.Choices;
            Rows.Add(visitors[row], y[token], weights[token][choice % _router.Choices]);
        }
    }

    private int Next(ReadOnlySpan<int> chosen, int expert, int from) =>
        from + Math.Max(0, chosen[Math.Min(from, chosen.Length)..].IndexOf(_firstExpert + expert));

    private void AddShared(ForwardPass pass, Matrix x, Matrix y)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        Matrix shared = frame.Take(x.Rows, x.Columns); // [tokens, hidden]
        _shared!.Forward(pass, x, shared);
        for (int token = 0; token < x.Rows; token++)
        {
            float factor = _sharedGate is { } gate ? Activations.SigmoidOf(Rows.Product(x[token], gate[0])) : 1;
            Rows.Add(shared[token], y[token], factor);
        }
    }
}
