using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Storage.Quantization;

namespace MegatronBridge.Tests.Storage.Kernels;

public sealed class CodeCastTests
{
    public static TheoryData<DType, Func<byte, float>> Types =>
        new()
        {
            { DType.F8E4M3, Spec.E4M3 },
            { DType.F8E5M2, Spec.E5M2 },
            { DType.F8E8M0, Spec.E8M0 },
            { DType.I8, code => (sbyte)code },
            { DType.U8, code => code },
        };

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_code_is_the_number_of_the_specification(DType dtype, Func<byte, float> number)
    {
        byte[] codes = [.. Enumerable.Range(0, 256).Select(code => (byte)code)];
        float[] widened = new float[256];
        CodeCast.ToSingle(dtype, codes, widened);
        for (int code = 0; code < 256; code++)
        {
            Assert.Equal(number((byte)code), widened[code]);
            Assert.True(
                float.IsNaN(widened[code]) || float.IsNegative(number((byte)code)) == float.IsNegative(widened[code])
            );
        }
    }

    [Fact]
    public void Every_length_is_widened_to_its_end()
    {
        byte[] codes = [.. Enumerable.Range(0, 50).Select(code => (byte)(code * 5))];
        for (int length = 0; length <= codes.Length; length++)
        {
            float[] widened = new float[length + 1];
            widened[length] = 77;
            CodeCast.ToSingle(DType.U8, codes.AsSpan(0, length), widened);
            Assert.Equal([.. codes.Take(length).Select(code => (float)code), 77f], widened);
        }
    }

    [Fact]
    public void Types_that_stand_for_no_number_are_refused()
    {
        Assert.False(CodeCast.CanRead(DType.F4));
        Assert.Throws<ArgumentException>(() => CodeCast.ToSingle(DType.Bool, new byte[1], new float[1]));
    }
}
