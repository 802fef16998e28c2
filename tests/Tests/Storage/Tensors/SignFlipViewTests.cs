using System.Runtime.InteropServices;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Storage.Tensors;

public sealed class SignFlipViewTests
{
    [Fact]
    public void Numbers_change_their_sign_and_nothing_else()
    {
        float[] numbers = [1, -2, 0, float.PositiveInfinity];
        MemoryView floats = new(DType.F32, [4], MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray());
        MemoryView complex = new(DType.C64, [2], MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray());
        Assert.Equal([-1, 2, -0f, float.NegativeInfinity], Floats(SignFlipView.Negate(floats)));
        Assert.Equal([-1, 2, -0f, float.NegativeInfinity], Floats(SignFlipView.Negate(complex)));
        Assert.Equal([1, 2, 0, float.NegativeInfinity], Floats(SignFlipView.Conjugate(complex)));
        Assert.Equal(floats.ToArray(), SignFlipView.Negate(SignFlipView.Negate(floats)).ToArray());
    }

    [Fact]
    public void Types_without_a_sign_or_an_imaginary_part_are_refused()
    {
        Assert.Throws<ArgumentException>(() => SignFlipView.Negate(new ZeroView(DType.I32, [1])));
        Assert.Throws<ArgumentException>(() => SignFlipView.Conjugate(new ZeroView(DType.F32, [1])));
    }

    private static float[] Floats(TensorView view) => MemoryMarshal.Cast<byte, float>(view.ToArray()).ToArray();
}
