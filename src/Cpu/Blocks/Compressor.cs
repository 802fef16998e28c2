using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>
/// Makes one key, which is the value too, of each group of tokens: a sum of what the tokens give, channel by channel, by a softmax of their
/// gates; normed, and turned to the position where the group begins. Small groups overlap: a half of the channels goes to the group behind.
/// </summary>
internal sealed class Compressor
{
    private const int OverlappingRatio = 4;

    private readonly int _ratio;
    private readonly int _size;
    private readonly Linear _values;
    private readonly Linear _gates;
    private readonly Matrix _positions; // [ratio, channels of a token]
    private readonly RowNorm _norm;
    private readonly RotaryTable _rotary;
    private readonly Func<SequenceState, CompressedTokens> _newState;

    /// <summary>Builds it from the scope of its module. Keys are kept in a type, where the sequence does not say another.</summary>
    public Compressor(WeightScope scope, int ratio, int size, RotaryTable rotary, DType dtype)
    {
        _ratio = ratio;
        _size = size;
        _values = Linear.Of(scope, "linear_wkv");
        _gates = Linear.Of(scope, "linear_wgate");
        _positions = scope.Vector("ape");
        _norm = scope.Norm("norm.");
        _rotary = rotary;
        _newState = state => new(size, _values.Outputs + _gates.Outputs, state.CacheType ?? dtype);
    }

    private bool Overlaps => _ratio == OverlappingRatio;

    /// <summary>The groups that are complete with the tokens of a pass, x <c>[tokens, hidden]</c>, and those before: a row for each.</summary>
    public PagedRows Run(ForwardPass pass, Matrix x)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        CompressedTokens state = pass.State.Of(this, _newState);
        Matrix all = state.Tail.Extend(frame, x.Rows); // [tokens of unfinished groups and of the pass, values and gates]
        Matrix own = all.RowRange(all.Rows - x.Rows, x.Rows);
        _values.Run(pass.Workers, x, own.ColumnRange(0, _values.Outputs));
        _gates.Run(pass.Workers, x, own.ColumnRange(_values.Outputs, _gates.Outputs));
        int end = pass.First + x.Rows;
        int first = pass.First / _ratio; // groups that were complete before
        int groups = end / _ratio;
        if (groups > first)
        {
            Matrix made = frame.Take(groups - first, _size); // [new groups, size]
            int begin = (first * _ratio) - (end - all.Rows); // row of the first token of the first new group
            pass.Workers.Run(made.Rows, 1, new CompressionJob(all, begin, _positions, Overlaps, made));
            _norm.Run(pass.Workers, made, made);
            Matrix angles = frame.Take(made.Rows, _rotary.Channels);
            _rotary.Fill(first * _ratio, angles, _ratio);
            _rotary.TurnEnds(made, _size, angles);
            state.Entries.Append(pass.Workers, first, made, new(0, made.Rows, 0, 0));
        }

        int needed = Math.Max(0, groups - (Overlaps ? 1 : 0)) * _ratio; // the first token that matters to later groups
        state.Tail.Keep(all, end - needed);
        return state.Entries.Keys;
    }
}
