namespace MegatronBridge.Cpu.Tokenizers.Unicode;

/// <summary>A set of code points that answers with one look into a bitmap. Bitmaps of the planes are made where a set reaches them.</summary>
internal sealed class CodeSet
{
    private const int PlaneWords = 0x10000 / 64;
    private const int Planes = 17;

    private readonly ulong[] _basic;
    private readonly ulong[]?[] _planes;
    private static readonly ulong[] Full = FullPlane();

    private CodeSet(ulong[]?[] planes)
    {
        _planes = planes;
        _basic = planes[0] ?? new ulong[PlaneWords];
    }

    /// <summary>The members that a test of every code point finds.</summary>
    public static CodeSet Where(Func<int, bool> isMember) => Of(Enumerable.Range(0, CodePoints.Limit).Where(isMember));

    /// <summary>One set for each of <paramref name="count"/> values that code points have.</summary>
    public static CodeSet[] ByValue(ReadOnlySpan<byte> values, int count)
    {
        var planes = new ulong[]?[count][];
        for (int i = 0; i < count; i++)
        {
            planes[i] = new ulong[]?[Planes];
        }
        for (int code = 0; code < values.Length; code++)
        {
            ulong[] plane = planes[values[code]][code >> 16] ??= new ulong[PlaneWords];
            plane[(code & 0xFFFF) >> 6] |= 1ul << (code & 63);
        }
        return [.. planes.Select(own => new CodeSet(own))];
    }

    public static CodeSet Of(params IEnumerable<int> codes)
    {
        var planes = new ulong[]?[Planes];
        foreach (int code in codes)
        {
            (planes[code >> 16] ??= new ulong[PlaneWords])[(code & 0xFFFF) >> 6] |= 1ul << (code & 63);
        }
        return new CodeSet(planes);
    }

    public static CodeSet Range(int first, int last) => Of(Enumerable.Range(first, last - first + 1));

    public bool Contains(int code) =>
        code < 0x10000
            ? (_basic[code >> 6] >> (code & 63) & 1) != 0
            : _planes[code >> 16] is { } plane && (plane[(code & 0xFFFF) >> 6] >> (code & 63) & 1) != 0;

    public CodeSet Or(CodeSet other) => Combine(other, static (a, b) => a | b);

    public CodeSet And(CodeSet other) => Combine(other, static (a, b) => a & b);

    public CodeSet Not() => Combine(this, static (a, _) => ~a);

    public bool Overlaps(CodeSet other)
    {
        for (int p = 0; p < Planes; p++)
        {
            if (_planes[p] is { } a && other._planes[p] is { } b && !ReferenceEquals(a, b) && Meet(a, b))
            {
                return true;
            }
            if (_planes[p] is not null && ReferenceEquals(_planes[p], other._planes[p]))
            {
                return true;
            }
        }
        return false;
    }

    private static bool Meet(ulong[] a, ulong[] b)
    {
        for (int w = 0; w < PlaneWords; w++)
        {
            if ((a[w] & b[w]) != 0)
            {
                return true;
            }
        }
        return false;
    }

    private CodeSet Combine(CodeSet other, Func<ulong, ulong, ulong> join)
    {
        var planes = new ulong[]?[Planes];
        for (int p = 0; p < Planes; p++)
        {
            ulong[]? a = _planes[p];
            ulong[]? b = other._planes[p];
            if (a is null && b is null)
            {
                planes[p] = join(0, 0) == 0 ? null : Full;
                continue;
            }
            var words = new ulong[PlaneWords];
            ulong any = 0;
            for (int w = 0; w < PlaneWords; w++)
            {
                words[w] = join(a?[w] ?? 0, b?[w] ?? 0);
                any |= words[w];
            }
            planes[p] = any == 0 ? null : words;
        }
        return new CodeSet(planes);
    }

    private static ulong[] FullPlane()
    {
        var words = new ulong[PlaneWords];
        Array.Fill(words, ulong.MaxValue);
        return words;
    }
}
