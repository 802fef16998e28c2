using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Storage.Kernels;

public sealed class NumbersTests
{
    // Taken from torch 2.14 and the OCP specifications: code, number.
    [Theory]
    [InlineData(DType.F8E4M3, 0x00, 0)]
    [InlineData(DType.F8E4M3, 0x01, 0.001953125)]
    [InlineData(DType.F8E4M3, 0x38, 1)]
    [InlineData(DType.F8E4M3, 0x7e, 448)]
    [InlineData(DType.F8E4M3, 0x7f, double.NaN)]
    [InlineData(DType.F8E4M3, 0xfe, -448)]
    [InlineData(DType.F8E5M2, 0x01, 0.0000152587890625)]
    [InlineData(DType.F8E5M2, 0x3c, 1)]
    [InlineData(DType.F8E5M2, 0x7b, 57344)]
    [InlineData(DType.F8E5M2, 0x7c, double.PositiveInfinity)]
    [InlineData(DType.F8E5M2, 0xfc, double.NegativeInfinity)]
    [InlineData(DType.F8E5M2, 0x7d, double.NaN)]
    [InlineData(DType.F8E4M3Fnuz, 0x40, 1)]
    [InlineData(DType.F8E4M3Fnuz, 0x7f, 240)]
    [InlineData(DType.F8E4M3Fnuz, 0x80, double.NaN)]
    [InlineData(DType.F8E5M2Fnuz, 0x40, 1)]
    [InlineData(DType.F8E5M2Fnuz, 0x7f, 57344)]
    [InlineData(DType.F8E5M2Fnuz, 0x80, double.NaN)]
    [InlineData(DType.F8E8M0, 0x7f, 1)]
    [InlineData(DType.F8E8M0, 0x80, 2)]
    [InlineData(DType.F8E8M0, 0xff, double.NaN)]
    [InlineData(DType.I8, 0xff, -1)]
    [InlineData(DType.U8, 0xff, 255)]
    [InlineData(DType.Bool, 0x01, 1)]
    public void A_byte_is_read_as_its_number(DType dtype, byte code, double number) =>
        Assert.Equal([number], Read(dtype, [code], 1));

    [Fact]
    public void Two_4_bit_floats_share_a_byte_low_nibble_first() =>
        Assert.Equal([0.5, -6, 3, 1.5], Read(DType.F4, [0xf1, 0x35], 4));

    [Theory]
    [InlineData(DType.BF16, "803f", 1)]
    [InlineData(DType.F16, "00bc", -1)]
    [InlineData(DType.F32, "0000c03f", 1.5)]
    [InlineData(DType.F64, "000000000000f83f", 1.5)]
    [InlineData(DType.I16, "feff", -2)]
    [InlineData(DType.U16, "feff", 65534)]
    [InlineData(DType.I32, "feffffff", -2)]
    [InlineData(DType.U32, "feffffff", 4294967294)]
    [InlineData(DType.I64, "feffffffffffffff", -2)]
    [InlineData(DType.U64, "0000000000000080", 9223372036854775808)]
    public void Wider_types_are_little_endian(DType dtype, string bytes, double number) =>
        Assert.Equal([number], Read(dtype, Convert.FromHexString(bytes), 1));

    private static double[] Read(DType dtype, byte[] bytes, int count)
    {
        double[] numbers = new double[count];
        Numbers.Read(dtype, bytes, numbers);
        return numbers;
    }
}
