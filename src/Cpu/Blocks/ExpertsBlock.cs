using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;
using MegatronBridge.Model;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>A mixture of experts: each token visits those that the router chooses, and all tokens the shared ones.</summary>
internal sealed class ExpertsBlock : Block
{
    private readonly ExpertPool _pool;
    private readonly Linear? _intoLatent;
    private readonly Linear? _outOfLatent;
    private readonly RowNorm? _latentNorm;
    private readonly MlpBlock? _shared;
    private readonly Matrix? _sharedGate;

    /// <summary>Builds it from the scope of its module.</summary>
    public ExpertsBlock(WeightScope scope)
    {
        // Of two pools, one is for what is seen; tokens of text never visit it.
        bool hasTwoPools = LayerSpec.Of(scope.Provider).HasTwoPools;
        _pool = new(hasTwoPools ? scope.Inside("text_moe_layer.") : scope);
        if (scope.Has("fc1_latent_proj.weight"))
        {
            _intoLatent = Linear.Of(scope, "fc1_latent_proj");
            _outOfLatent = Linear.OfColumns(scope, "fc2_latent_proj");
            _latentNorm = scope.NormOrNull("routed_expert_norm.");
        }

        if (scope.Has("shared_experts.linear_fc1.weight"))
        {
            _shared = new(scope.Inside("shared_experts."), LayerActivations.Dense(scope));
            _sharedGate = scope.VectorOrNull("shared_experts.gate_weight");
        }
    }

    /// <inheritdoc/>
    public override string Name => "mlp";

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass, Matrix x, Matrix y)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        if (_intoLatent is null)
        {
            _pool.Forward(pass, x, x, y);
        }
        else
        {
            Matrix latent = frame.Take(x.Rows, _intoLatent.Outputs); // [tokens, latent size]
            Matrix result = frame.Take(x.Rows, latent.Columns); // [tokens, latent size]
            _intoLatent.Run(pass.Workers, x, latent);
            _pool.Forward(pass, x, latent, result);
            bool isOnce = true; // what all ranks have must count once
            if (_latentNorm is not null)
            {
                Collectives.Sum(pass.Parallel.Tensor, result);
                _latentNorm.Run(pass.Workers, result, result);
                isOnce = pass.Parallel.Tensor.Rank == 0;
            }

            if (isOnce)
            {
                _outOfLatent!.Run(pass.Workers, result, y);
            }
            else
            {
                y.Clear();
            }
        }

        if (_shared is not null)
        {
            AddShared(pass, x, y);
        }
    }

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
