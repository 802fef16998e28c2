using System.Runtime.InteropServices;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Storage.Tensors;

public sealed class IntegerCastViewTests
{
    [Fact]
    public void Whole_numbers_come_through_both_widths_unchanged()
    {
        int[] numbers = [0, 1, -1, int.MaxValue, int.MinValue, .. Enumerable.Range(0, 70_000)];
        TensorView narrow = View(DType.I32, numbers);
        TensorView wide = narrow.CastTo(DType.I64);
        Assert.Equal(numbers.Select(number => (long)number), MemoryMarshal.Cast<byte, long>(wide.ToArray()).ToArray());
        Assert.Equal(narrow.ToArray(), wide.CastTo(DType.I32).ToArray());
    }

    [Theory]
    [InlineData(1L << 31)]
    [InlineData((-1L << 31) - 1)]
    public void A_number_that_does_not_fit_is_told_with_its_place(long number)
    {
        TensorView view = View(DType.I64, 5L, number).CastTo(DType.I32);
        BadFileException fault = Assert.Throws<BadFileException>(view.ToArray);
        Assert.Contains($"element 1 is {number}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_types_are_no_whole_numbers() =>
        Assert.Throws<ArgumentException>(() => View(DType.I32, 1).CastTo(DType.F32));

    private static MemoryView View<T>(DType dtype, params T[] values)
        where T : unmanaged => new(dtype, [values.Length], MemoryMarshal.AsBytes<T>(values).ToArray());
}
