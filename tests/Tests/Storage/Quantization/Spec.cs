namespace MegatronBridge.Tests.Storage.Quantization;

/// <summary>Small floats as their specifications tell them, number by number; nothing here is taken from the code under test.</summary>
internal static class Spec
{
    private static readonly float[] FourBitFloats = [0, 0.5f, 1, 1.5f, 2, 3, 4, 6];

    /// <summary>FP8 e4m3fn: bias 7, no infinity, NaN where all bits but the sign are set.</summary>
    public static float E4M3(byte code)
    {
        int exponent = (code >> 3) & 15;
        int mantissa = code & 7;
        float magnitude =
            (code & 127) == 127 ? float.NaN
            : exponent == 0 ? mantissa / 8f * MathF.Pow(2, -6)
            : (1 + (mantissa / 8f)) * MathF.Pow(2, exponent - 7);
        return code > 127 ? -magnitude : magnitude;
    }

    /// <summary>FP8 e5m2: the upper half of IEEE half precision.</summary>
    public static float E5M2(byte code) => (float)BitConverter.UInt16BitsToHalf((ushort)(code << 8));

    /// <summary>E8M0: a power of two with a bias of 127; 255 is NaN.</summary>
    public static float E8M0(byte code) => code == 255 ? float.NaN : (float)Math.Pow(2, code - 127);

    /// <summary>MXFP4's e2m1.</summary>
    public static float E2M1(int nibble) => nibble < 8 ? FourBitFloats[nibble] : -FourBitFloats[nibble - 8];

    /// <summary>A number rounded to bfloat16, to nearest even, and what that stands for.</summary>
    public static float ToBrain(float number)
    {
        if (!float.IsFinite(number))
        {
            return number;
        }

        // The two neighbours with 8 bits, and the nearer of them.
        uint bits = BitConverter.SingleToUInt32Bits(number);
        uint below = bits & 0xffff_0000;
        uint rest = bits & 0xffff;
        bool up = rest > 0x8000 || (rest == 0x8000 && (below & 0x1_0000) != 0);
        return BitConverter.UInt32BitsToSingle(up ? below + 0x1_0000 : below);
    }
}
