using MegatronBridge.Cpu.Blocks;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Cpu.Blocks;

public sealed unsafe class KeyValueCacheTests : IDisposable
{
    private const int Page = KeyValueCache.PageLength;
    private const int Groups = 3;
    private const int KeySize = 5;
    private const int ValueSize = 7;

    private readonly Scratch _scratch = new();
    private readonly Workers _workers = new(2);

    public void Dispose()
    {
        _workers.Dispose();
        _scratch.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(Page - 1)]
    [InlineData(Page)]
    [InlineData(Page + 1)]
    [InlineData((2 * Page) + 3)]
    public void What_is_added_stays_where_it_is(int atOnce)
    {
        using KeyValueCache cache = new(Groups, KeySize, ValueSize, DType.F32);
        List<nint> places = [];
        for (int first = 0; first < 5 * Page; first += atOnce)
        {
            Append(cache, first, atOnce);
            places.AddRange(Enumerable.Range(first, atOnce).Select(position => (nint)cache.Keys.At(1, position)));
        }

        for (int position = 0; position < places.Count; position++)
        {
            Assert.Equal(places[position], (nint)cache.Keys.At(1, position));
            AssertKept(cache, position);
        }
    }

    [Theory]
    [InlineData(Page - 1, 1)]
    [InlineData(Page, 1)]
    [InlineData(Page + 1, 2)]
    [InlineData((3 * Page) + 1, 4)]
    public void It_has_pages_for_what_it_holds_and_no_more(int positions, int pages)
    {
        foreach (DType dtype in (DType[])[DType.F32, DType.BF16, DType.F16])
        {
            using KeyValueCache cache = new(Groups, KeySize, ValueSize, dtype);
            Assert.Equal(0, cache.ByteCount);
            Append(cache, 0, positions);
            long position = Groups * (KeySize + ValueSize) * (dtype.BitCount() / 8);
            Assert.Equal(pages * Page * position, cache.ByteCount);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(Page)]
    [InlineData(Page + 1)]
    [InlineData(300)]
    public void What_falls_out_of_the_window_makes_room(int window)
    {
        using KeyValueCache cache = new(Groups, KeySize, ValueSize, DType.F32, window);
        Append(cache, 0, Page + 5);
        long most = ((window + Page - 2) / Page + 2) * Page * Groups * (KeySize + ValueSize) * sizeof(float);
        for (int first = Page + 5; first < 12 * Page; first++)
        {
            Append(cache, first, 1);
            AssertKept(cache, Math.Max(0, first - window + 1));
            AssertKept(cache, first);
            Assert.InRange(cache.ByteCount, 1, most);
        }
    }

    [Theory]
    [InlineData(DType.BF16, 8)]
    [InlineData(DType.F16, 11)]
    public void Numbers_are_rounded_to_the_type(DType dtype, int bits)
    {
        using KeyValueCache cache = new(1, 2, 1, dtype);
        float odd = 1 + (3 * MathF.Pow(2, -bits)); // halfway between two numbers, of which the other one is even
        cache.Append(_workers, 0, Row(odd, -0.5f), Row(3));
        float[] found = dtype == DType.BF16 ? Read<BrainElement>(cache.Keys, 2) : Read<HalfElement>(cache.Keys, 2);
        Assert.Equal([1 + (4 * MathF.Pow(2, -bits)), -0.5f], found);
    }

    private static float[] Read<T>(PagedRows rows, int count)
        where T : unmanaged, IElement
    {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = T.One(rows.At(0, 0) + (i * T.Size));
        }

        return numbers;
    }

    private Matrix Row(params ReadOnlySpan<float> numbers)
    {
        Matrix row = _scratch.Take(1, numbers.Length);
        numbers.CopyTo(row[0]);
        return row;
    }

    private void Append(KeyValueCache cache, int first, int count)
    {
        using Scratch.Frame frame = _scratch.Open();
        Matrix keys = frame.Take(count, Groups * KeySize);
        Matrix values = frame.Take(count, Groups * ValueSize);
        for (int token = 0; token < count; token++)
        {
            Fill(keys[token], first + token, 1);
            Fill(values[token], first + token, -1);
        }

        cache.Append(_workers, first, keys, values);
    }

    private static void Fill(Span<float> row, int position, int sign)
    {
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = sign * ((position * 100) + i);
        }
    }

    private static void AssertKept(KeyValueCache cache, int position)
    {
        for (int group = 0; group < Groups; group++)
        {
            float* key = (float*)cache.Keys.At(group, position);
            float* value = (float*)cache.Values.At(group, position);
            Assert.Equal((position * 100) + (group * KeySize) + KeySize - 1, key[KeySize - 1]);
            Assert.Equal(-((position * 100) + (group * ValueSize)), value[0]);
        }
    }
}
