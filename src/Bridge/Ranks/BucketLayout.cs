namespace MegatronBridge.Ranks;

/// <summary>
/// Where parameters lie in a buffer, in elements, and where its buckets begin and end: Megatron's rule, from sizes alone. The last parameter
/// comes first, because its gradient does.
/// </summary>
internal sealed record BucketLayout
{
    private const long ParameterStart = 64; // what every parameter of a distributed optimizer begins at a multiple of
    private const long BucketEnd = 128;
    private const long FastBucketEnd = 1 << 16;

    /// <summary>Begin and end of each parameter, and its bucket; in the order of the model.</summary>
    public required IReadOnlyList<(long Start, long End, int Bucket)> Places { get; init; }

    /// <summary>Begin and end of each bucket, and the elements in it without what only fills up its end.</summary>
    public required IReadOnlyList<(long Start, long End, long Unpadded)> Buckets { get; init; }

    /// <summary>Elements of the buffer.</summary>
    public long ElementCount => Buckets[^1].End;

    /// <summary>Lays parameters one behind the other.</summary>
    /// <param name="parameters">Elements of each parameter, and whether it needs a bucket of its own, in the order of the model.</param>
    /// <param name="bucketSize">Elements after which a bucket is full; null for one bucket.</param>
    /// <param name="shards">Into how many parts a distributed optimizer shares out each bucket; null without one.</param>
    /// <param name="hasFastEnds">True for ends that NCCL likes.</param>
    public static BucketLayout Of(
        IReadOnlyList<(long Elements, bool IsAlone)> parameters,
        long? bucketSize,
        int? shards,
        bool hasFastEnds = false
    )
    {
        (long Start, long End, int Bucket)[] places = new (long, long, int)[parameters.Count];
        List<(long Start, long End, long Unpadded)> buckets = [];
        long next = 0; // element
        long start = 0; // of the bucket
        long end = 0; // of the last parameter in it
        bool isEmpty = true;
        for (int i = parameters.Count - 1; i >= 0; i--)
        {
            bool isAlone = shards is not null && parameters[i].IsAlone;
            next = shards is null ? next : RoundUp(next, ParameterStart);
            if (isAlone && !isEmpty)
            {
                end = next; // what fills up the place before the next parameter counts
                Close();
            }

            end = next + parameters[i].Elements;
            places[i] = (next, end, buckets.Count);
            isEmpty = false;
            next = end;
            if (isAlone || end - start >= bucketSize)
            {
                Close();
            }
        }

        if (!isEmpty)
        {
            Close();
        }

        return new() { Places = places, Buckets = buckets };

        void Close()
        {
            long unpadded = end - start;
            next = shards is int parts ? RoundUp(end, Divisor(parts, hasFastEnds)) : end;
            buckets.Add((start, next, unpadded));
            start = next;
            isEmpty = true;
        }
    }

    private static long Divisor(int shards, bool hasFastEnds)
    {
        long least = hasFastEnds ? FastBucketEnd : BucketEnd; // both are powers of two
        return shards / Math.Min(shards & -shards, least) * least;
    }

    private static long RoundUp(long value, long divisor) => (value + divisor - 1) / divisor * divisor;
}
