using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Quantization;

/// <summary>A kind of codes that weights can be rounded to, and how large their scales are.</summary>
public sealed class CodeForm
{
    private readonly Rounding _round;
    private readonly float _largest; // the code of the number that is as large as any of its block
    private readonly bool _hasFloor;

    private CodeForm(string name, int bits, float largest, bool hasFloor, Rounding round)
    {
        Name = name;
        Bits = bits;
        _largest = largest;
        _hasFloor = hasFloor;
        _round = round;
    }

    private delegate void Rounding(ReadOnlySpan<float> numbers, Span<byte> codes);

    /// <summary>F8_E4M3; the largest number of a block becomes 448.</summary>
    public static CodeForm E4M3 { get; } = new("F8_E4M3", 8, 448, hasFloor: false, CodeRounding.ToE4M3);

    /// <summary>4-bit floats, two to a byte, the first in the low half; the largest number of a block becomes 6.</summary>
    public static CodeForm E2M1 { get; } = new("F4", 4, 6, hasFloor: false, CodeRounding.ToE2M1);

    /// <summary>Integers from -8 to 7, stored plus 8, eight to a word of 32; the largest number of a block becomes 7.</summary>
    public static CodeForm Int4 { get; } = new("integers of 4 bits", 4, 7, hasFloor: true, CodeRounding.ToInt4);

    /// <summary>In words.</summary>
    public string Name { get; }

    /// <summary>Bits of a code: 4 or 8.</summary>
    public int Bits { get; }

    /// <summary>The scale of a block whose numbers are at most that large; a power of two for scales that are nothing else.</summary>
    public float ScaleOf(float largest, DType scaleType)
    {
        // Each step is rounded to single precision, as upstream reckons.
        float scale =
            _hasFloor ? Math.Max(largest / _largest, 1e-10f)
            : largest > 0 ? largest / _largest
            : 1;
        if (scaleType is not (DType.F8E8M0 or DType.U8))
        {
            return scale;
        }

        double exponent = Math.Ceiling((float)Math.Log2(scale));
        return (float)Math.ScaleB(1, (int)Math.Clamp(exponent, -127, 127));
    }

    internal void Round(ReadOnlySpan<float> numbers, Span<byte> codes) => _round(numbers, codes);
}
