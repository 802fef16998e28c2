using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>
/// The indexer of attention to compressed tokens: it compresses the tokens once more, into small keys, and light heads choose the groups
/// that attention sees. As in <see cref="TokenIndexer"/>, what chooses no others is left out.
/// </summary>
internal sealed class GroupIndexer
{
    private readonly Linear _queries;
    private readonly Linear _weights;
    private readonly Compressor _keys;
    private readonly RotaryTable _rotary;
    private readonly int _ratio;
    private readonly int _size;
    private readonly int _count;

    private GroupIndexer(WeightScope scope, int ratio, RotaryTable rotary, DType dtype)
    {
        _queries = Linear.Of(scope, "linear_wq_b");
        _weights = Linear.Of(scope, "linear_weights_proj");
        _size = _queries.Outputs / _weights.Outputs;
        _keys = new(scope.Inside("compressor."), ratio, _size, rotary, dtype);
        _rotary = rotary;
        _ratio = ratio;
        _count = TokenIndexer.CountOf(scope.Provider);
    }

    /// <summary>That of a layer, or null where attention sees all groups.</summary>
    public static GroupIndexer? OrNull(WeightScope scope, int ratio, RotaryTable rotary, DType dtype) =>
        scope.Has("linear_wq_b.weight") ? new(scope, ratio, rotary, dtype) : null;

    /// <summary>Chooses what the tokens of a pass see: <c>[tokens, bits of groups]</c>.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="x">The input of attention <c>[tokens, hidden]</c>.</param>
    /// <param name="latent">What queries are projected from <c>[tokens, query rank]</c>.</param>
    /// <param name="chosen">Where the choice goes.</param>
    public void Choose(ForwardPass pass, Matrix x, Matrix latent, Matrix chosen)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        Matrix queries = frame.Take(x.Rows, _queries.Outputs); // [tokens, heads · size]
        Matrix weights = frame.Take(x.Rows, _weights.Outputs); // [tokens, heads]
        PagedRows keys = _keys.Run(pass, x);
        _queries.Run(pass.Workers, latent, queries);
        _rotary.TurnEnds(queries, _size, pass.Angles(_rotary));
        _weights.Run(pass.Workers, x, weights);
        PositionChoice.Run(pass, queries, weights, keys, _ratio, _count, chosen);
    }
}
