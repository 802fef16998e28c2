using MegatronBridge.Adapters;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Bridge.Adapters;

public sealed class FactorCacheTests
{
    [Fact]
    public void What_is_lent_stays_and_what_nobody_uses_goes_when_there_is_too_much()
    {
        FactorCache cache = new(maxBytes: 0);
        CountingView[] tensors = [.. Enumerable.Range(0, 3).Select(number => new CountingView(number + 1))];
        FactorCache.Matrix first = cache.Lend(tensors[0]);
        FactorCache.Matrix second = cache.Lend(tensors[1]);
        Assert.Equal(1f, first.Numbers[0]);
        Assert.Equal(2f, second.Numbers[0]);
        Assert.Same(first, cache.Lend(tensors[0])); // twice at once

        cache.Return(second);
        FactorCache.Matrix third = cache.Lend(tensors[2]);
        Assert.Equal((1f, 3f), (first.Numbers[0], third.Numbers[0]));
        cache.Lend(tensors[1]);
        Assert.Equal([1, 2, 1], tensors.Select(tensor => tensor.Reads));
    }

    private sealed class CountingView(float number) : TensorView(DType.F32, [4, 8])
    {
        public int Reads { get; private set; }

        protected override void ReadCore(long offset, Span<byte> destination)
        {
            Reads++;
            System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(destination).Fill(number);
        }
    }
}
