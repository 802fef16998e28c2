using MegatronBridge.Config;
using MegatronBridge.Layout;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Estimates.Memory;

/// <summary>Adds up what the ranks of a stage have of parameters.</summary>
internal sealed class StageTally(ModelProvider provider, ParallelSizes sizes, OptimizerSettings optimizer)
{
    private readonly DType _dtype = provider.ParamsDtype;
    private long _dense;
    private long _experts;
    private long _trained;
    private long _weights;
    private long _gradients;
    private long _denseState;
    private long _expertState;

    /// <summary>Counts what is a parameter of the model.</summary>
    public void Count(RankShare share)
    {
        (share.Parameter.Expert is null ? ref _dense : ref _experts) += share.Elements;
    }

    /// <summary>Adds weights.</summary>
    public void Keep(RankShare share) => _weights = checked(_weights + (share.Elements * TypeOf(share).BitCount() / 8));

    /// <summary>Adds gradients, and what the optimizer keeps.</summary>
    public void Train(RankShare share)
    {
        _trained += share.Elements;
        _gradients = checked(_gradients + (share.Elements * optimizer.GradientBytes(TypeOf(share))));
        ref long state = ref (share.Parameter.Expert is null ? ref _denseState : ref _expertState);
        state = checked(state + (share.Elements * optimizer.StateBytes(TypeOf(share))));
    }

    /// <summary>The sums.</summary>
    public StageMemory Of(int stage)
    {
        bool isShared = optimizer.UseDistributedOptimizer;
        long dense = isShared ? Divide(_denseState, sizes.Dp * sizes.Cp) : _denseState;
        long experts = isShared ? Divide(_expertState, sizes.StageSize / (sizes.Etp * sizes.Ep)) : _expertState;
        return new(stage)
        {
            Parameters = _dense + _experts,
            ExpertParameters = _experts,
            TrainableParameters = _trained,
            Weights = _weights,
            Gradients = _gradients,
            OptimizerState = dense + experts,
            Activations = 0,
            Transient = 0,
            InFlight = [],
        };
    }

    private DType TypeOf(RankShare share) => share.Parameter.DType ?? _dtype;

    private static long Divide(long bytes, int ranks) => (bytes + ranks - 1) / ranks;
}
