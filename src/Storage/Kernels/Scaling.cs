using System.Runtime.Intrinsics;

namespace MegatronBridge.Storage.Kernels;

/// <summary>Makes numbers of codes: minus their zero point, times their scale, each step rounded to single precision.</summary>
internal static class Scaling
{
    /// <summary>All codes have one zero point and one scale.</summary>
    public static void Apply(Span<float> codes, float zero, float scale)
    {
        Vector512<float> zeros = Vector512.Create(zero);
        Vector512<float> scales = Vector512.Create(scale);
        int i = 0;
        for (; i <= codes.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            ((Vector512.Create<float>(codes[i..]) - zeros) * scales).CopyTo(codes[i..]);
        }

        for (; i < codes.Length; i++)
        {
            codes[i] = (codes[i] - zero) * scale;
        }
    }

    /// <summary>Each code has its own.</summary>
    public static void Apply(Span<float> codes, ReadOnlySpan<float> zeros, ReadOnlySpan<float> scales)
    {
        int i = 0;
        for (; i <= codes.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            Vector512<float> shifted = Vector512.Create<float>(codes[i..]) - Vector512.Create(zeros[i..]);
            (shifted * Vector512.Create(scales[i..])).CopyTo(codes[i..]);
        }

        for (; i < codes.Length; i++)
        {
            codes[i] = (codes[i] - zeros[i]) * scales[i];
        }
    }
}
