namespace MegatronBridge.Storage.Torch.Zip;

/// <summary>
/// The order in which libstdc++'s <c>unordered_set</c> keeps what was added one by one. It is one list, in which the
/// members of a bucket stand together.
/// </summary>
internal sealed class LibstdcxxSet
{
    private const int Head = 0; // stands before the first member and behind the last one
    private const int Empty = -1;

    // The numbers of buckets through which a set grows: when it is full, twice as many, up to a prime.
    private static readonly int[] BucketCounts =
    [
        13,
        29,
        59,
        127,
        257,
        541,
        1109,
        2357,
        5087,
        10273,
        20753,
        42043,
        85229,
        172933,
        351061,
        712697,
        1447153,
        2938679,
        5967347,
        12117689,
        24607243,
        49969847,
        101473717,
    ];

    private readonly IReadOnlyList<ulong> _hashes;
    private readonly int[] _next; // of member n + 1, whose hash is number n
    private int[] _before = []; // of each bucket: what stands before its first member

    private LibstdcxxSet(IReadOnlyList<ulong> hashes)
    {
        _hashes = hashes;
        _next = new int[hashes.Count + 1];
        int added = 0;
        for (int growth = 0; added < hashes.Count; growth++)
        {
            Grow(BucketCounts[growth]);
            for (int full = Math.Min(hashes.Count, _before.Length); added < full; added++)
            {
                Insert(added + 1);
            }
        }
    }

    /// <summary>The hashes of members that all differ, in the order of the set.</summary>
    public static IEnumerable<ulong> Order(IReadOnlyList<ulong> hashes)
    {
        int[] next = new LibstdcxxSet(hashes)._next;
        for (int member = next[Head]; member != Head; member = next[member])
        {
            yield return hashes[member - 1];
        }
    }

    /// <summary>Moves all members, in order, to a new list.</summary>
    private void Grow(int bucketCount)
    {
        _before = new int[bucketCount];
        Array.Fill(_before, Empty);
        int member = _next[Head];
        _next[Head] = Head;
        while (member != Head)
        {
            int following = _next[member];
            Insert(member);
            member = following;
        }
    }

    private void Insert(int member)
    {
        ref int before = ref _before[BucketOf(member)];
        if (before == Empty)
        {
            // A new bucket comes first; what was first now begins behind it.
            int second = _next[Head];
            if (second != Head)
            {
                _before[BucketOf(second)] = member;
            }

            before = Head;
        }

        _next[member] = _next[before];
        _next[before] = member;
    }

    private int BucketOf(int member) => (int)(_hashes[member - 1] % (ulong)_before.Length);
}
