using MegatronBridge.Storage.Kernels;
using MegatronBridge.Tests.Storage.Quantization;

namespace MegatronBridge.Tests.Storage.Kernels;

public sealed class CodeRoundingTests
{
    [Fact]
    public void E4m3_is_the_nearest_code_and_of_two_the_even_one()
    {
        float[] numbers =
        [
            .. Enumerable.Range(0, 0x8000).Select(bits => BitConverter.UInt32BitsToSingle((uint)bits << 16)), // all of bfloat16
            .. Enumerable.Range(0, 2000).Select(i => (float)Math.Pow(1.011, i - 1000)),
            .. Enumerable.Range(0, 127).Select(code => MathF.BitIncrement(Middle(code))),
            .. Enumerable.Range(0, 127).Select(code => MathF.BitDecrement(Middle(code))),
            .. Enumerable.Range(0, 127).Select(Middle),
        ];
        numbers = [.. numbers, .. numbers.Select(number => -number)];
        byte[] codes = new byte[numbers.Length];
        CodeRounding.ToE4M3(numbers, codes);
        for (int i = 0; i < numbers.Length; i++)
        {
            Assert.Equal(Nearest(numbers[i]), codes[i]);
        }
    }

    [Fact]
    public void E2m1_takes_the_smaller_of_two_that_are_as_near()
    {
        float[] bounds = [0.25f, 0.75f, 1.25f, 1.75f, 2.5f, 3.5f, 5f];
        float[] numbers =
        [
            .. bounds,
            .. bounds.Select(MathF.BitIncrement),
            .. bounds.Select(bound => -bound),
            .. bounds.Select(bound => -MathF.BitIncrement(bound)),
            -0f,
            100,
            float.NegativeInfinity,
        ];
        byte[] codes = new byte[numbers.Length];
        CodeRounding.ToE2M1(numbers, codes);
        Assert.Equal(
            [0, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 9, 10, 11, 12, 13, 14, 15, 0, 7, 15],
            codes
        );
    }

    [Fact]
    public void Integers_go_to_the_nearest_even_one_and_stay_in_their_range()
    {
        byte[] codes = new byte[9];
        CodeRounding.ToInt4([-9, -8.5f, -1.5f, -0.5f, 0, 0.5f, 1.5f, 6.6f, 8], codes);
        Assert.Equal([0, 0, 6, 8, 8, 8, 10, 15, 15], codes);
    }

    private static float Middle(int code) => (Spec.E4M3((byte)code) + Spec.E4M3((byte)Math.Min(code + 1, 126))) / 2;

    private static byte Nearest(float number)
    {
        float magnitude = Math.Abs(number);
        int sign = float.IsNegative(number) ? 128 : 0;
        if (!(magnitude <= 464)) // half way to 480, which would be the next
        {
            return (byte)(127 | sign);
        }

        int best = 0;
        for (int code = 1; code < 127; code++)
        {
            double distance = Math.Abs((double)Spec.E4M3((byte)code) - magnitude);
            double least = Math.Abs((double)Spec.E4M3((byte)best) - magnitude);
            best = distance < least || (distance == least && code % 2 == 0) ? code : best;
        }

        return (byte)(best | sign);
    }
}
