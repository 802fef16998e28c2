using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MegatronBridge.Cpu.Kernels;

/// <summary>The sum of products of float32 numbers and stored elements, in several registers at once.</summary>
internal static unsafe class Dot
{
    /// <summary>Sum of <c>x[i] · w[i]</c> for <paramref name="count"/> numbers.</summary>
    public static float Product<T>(float* x, byte* w, int count)
        where T : unmanaged, IElement =>
        Vector512.IsHardwareAccelerated ? Wide<T>(x, w, count) : Narrow<T>(x, w, count);

    /// <summary>Sum of <c>x[i] · y[i]</c>.</summary>
    public static float Product(float* x, float* y, int count) => Product<SingleElement>(x, (byte*)y, count);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Wide<T>(float* x, byte* w, int count)
        where T : unmanaged, IElement
    {
        Vector512<float> a = Vector512<float>.Zero;
        Vector512<float> b = Vector512<float>.Zero;
        Vector512<float> c = Vector512<float>.Zero;
        Vector512<float> d = Vector512<float>.Zero;
        int i = 0;
        for (; i <= count - 64; i += 64)
        {
            byte* at = w + ((long)i * T.Size);
            a = Vector512.MultiplyAddEstimate(Vector512.Load(x + i), T.Sixteen(at), a);
            b = Vector512.MultiplyAddEstimate(Vector512.Load(x + i + 16), T.Sixteen(at + (16 * T.Size)), b);
            c = Vector512.MultiplyAddEstimate(Vector512.Load(x + i + 32), T.Sixteen(at + (32 * T.Size)), c);
            d = Vector512.MultiplyAddEstimate(Vector512.Load(x + i + 48), T.Sixteen(at + (48 * T.Size)), d);
        }

        for (; i <= count - 16; i += 16)
        {
            a = Vector512.MultiplyAddEstimate(Vector512.Load(x + i), T.Sixteen(w + ((long)i * T.Size)), a);
        }

        float sum = Vector512.Sum((a + b) + (c + d));
        for (; i < count; i++)
        {
            sum += x[i] * T.One(w + ((long)i * T.Size));
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Narrow<T>(float* x, byte* w, int count)
        where T : unmanaged, IElement
    {
        Vector256<float> a = Vector256<float>.Zero;
        Vector256<float> b = Vector256<float>.Zero;
        Vector256<float> c = Vector256<float>.Zero;
        Vector256<float> d = Vector256<float>.Zero;
        int i = 0;
        for (; i <= count - 32; i += 32)
        {
            byte* at = w + ((long)i * T.Size);
            a = Vector256.MultiplyAddEstimate(Vector256.Load(x + i), T.Eight(at), a);
            b = Vector256.MultiplyAddEstimate(Vector256.Load(x + i + 8), T.Eight(at + (8 * T.Size)), b);
            c = Vector256.MultiplyAddEstimate(Vector256.Load(x + i + 16), T.Eight(at + (16 * T.Size)), c);
            d = Vector256.MultiplyAddEstimate(Vector256.Load(x + i + 24), T.Eight(at + (24 * T.Size)), d);
        }

        for (; i <= count - 8; i += 8)
        {
            a = Vector256.MultiplyAddEstimate(Vector256.Load(x + i), T.Eight(w + ((long)i * T.Size)), a);
        }

        float sum = Vector256.Sum((a + b) + (c + d));
        for (; i < count; i++)
        {
            sum += x[i] * T.One(w + ((long)i * T.Size));
        }

        return sum;
    }
}
