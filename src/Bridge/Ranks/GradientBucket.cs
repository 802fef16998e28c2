namespace MegatronBridge.Ranks;

/// <summary>A part of a <see cref="GradientBuffer"/>, which is reduced at once.</summary>
public sealed class GradientBucket
{
    private readonly Dictionary<ModelTensor, int> _additions = []; // of this step
    private Dictionary<ModelTensor, int>? _expected; // those of the first step

    internal GradientBucket(
        GradientBuffer buffer,
        int index,
        (long Start, long End, long Unpadded) place,
        IReadOnlyList<ModelTensor> parameters
    )
    {
        Buffer = buffer;
        Index = index;
        Parameters = parameters;
        (Start, End, UnpaddedLength) = place;
    }

    /// <summary>The buffer.</summary>
    public GradientBuffer Buffer { get; }

    /// <summary>Its number in the buffer.</summary>
    public int Index { get; }

    /// <summary>Its parameters in the order of the buffer: the last of the model first.</summary>
    public IReadOnlyList<ModelTensor> Parameters { get; }

    /// <summary>The element of the buffer with which it begins.</summary>
    public long Start { get; }

    /// <summary>The element of the buffer behind its last.</summary>
    public long End { get; }

    /// <summary>Number of its elements without those that fill up its end.</summary>
    public long UnpaddedLength { get; }

    /// <summary>
    /// Begin and end of the elements of the buffer that this rank gets of a reduction: with a distributed optimizer its share of the bucket,
    /// else all of it.
    /// </summary>
    public (long Start, long End) Share => Buffer.ShareOf(this);

    /// <summary>True when a reduction has begun and was not ended.</summary>
    internal bool IsReducing { get; private set; }

    /// <summary>True when ranks have changed their shares of the parameters, and not gathered them.</summary>
    internal bool AwaitsGather { get; set; }

    /// <summary>Notes that something was added to a gradient; true when nothing more is to come, as the first step has shown.</summary>
    internal bool Add(ModelTensor parameter)
    {
        _additions[parameter] = _additions.GetValueOrDefault(parameter) + 1;
        return _expected is { } expected
            && expected.Count == _additions.Count
            && expected.All(count => _additions.GetValueOrDefault(count.Key) == count.Value);
    }

    /// <summary>Reduces the gradients.</summary>
    /// <exception cref="InvalidOperationException">A reduction was not ended.</exception>
    internal void Reduce(bool reducesAll = false)
    {
        if (IsReducing)
        {
            throw new InvalidOperationException(
                $"Bucket {Index} is reduced already; end that with FinishGradientSync before the next reduction."
            );
        }

        Buffer.Reduce(this, reducesAll);
        IsReducing = true;
    }

    /// <summary>Ends a reduction; begins it when it has not begun.</summary>
    internal void Finish(bool reducesAll)
    {
        if (!IsReducing)
        {
            Reduce(reducesAll);
        }

        IsReducing = false;
    }

    /// <summary>Gathers the parameters if that is due.</summary>
    internal void Gather()
    {
        if (AwaitsGather)
        {
            AwaitsGather = false;
            Buffer.Gather(this);
        }
    }

    /// <summary>Begins a step.</summary>
    internal void Reset()
    {
        if (_expected is null && _additions.Count > 0)
        {
            _expected = new(_additions);
        }

        _additions.Clear();
        IsReducing = false;
    }
}
