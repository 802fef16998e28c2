using MegatronBridge.Cpu.Kernels;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>
/// What stands between a norm and the residual stream: attention, an MLP, experts, a state space. A block is a function of its input and
/// its weights; what it keeps from token to token is in the sequence's state.
/// </summary>
internal abstract class Block
{
    /// <summary>Megatron's name for its module: <c>self_attention</c>, <c>mlp</c>, <c>mixer</c>.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// True when what <see cref="Forward"/> gives is this rank's share: the shares of all tensor parallel ranks add up to the result. False
    /// when every rank has the result.
    /// </summary>
    public virtual bool GivesShares => true;

    /// <summary>y <c>[tokens, hidden]</c> becomes the block of x <c>[tokens, hidden]</c>, which all tensor parallel ranks have whole.</summary>
    public abstract void Forward(ForwardPass pass, Matrix x, Matrix y);
}
