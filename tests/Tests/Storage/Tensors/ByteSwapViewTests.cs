using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Storage.Tensors;

public sealed class ByteSwapViewTests
{
    [Theory]
    [InlineData(DType.U8, 1)]
    [InlineData(DType.F8E4M3, 1)]
    [InlineData(DType.BF16, 2)]
    [InlineData(DType.I32, 4)]
    [InlineData(DType.C64, 4)]
    [InlineData(DType.F64, 8)]
    [InlineData(DType.C128, 8)]
    public void Every_number_is_turned_around(DType dtype, int word)
    {
        byte[] bytes = [.. Enumerable.Range(0, 64).Select(i => (byte)i)];
        ByteSwapView view = new(new MemoryView(dtype, [64 * 8 / dtype.BitCount()], bytes));
        Assert.Equal(bytes.Chunk(word).SelectMany(number => number.Reverse()), view.ToArray());
    }
}
