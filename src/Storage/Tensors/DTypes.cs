namespace MegatronBridge.Storage.Tensors;

/// <summary>What every element type is called and how many bits it takes.</summary>
public static class DTypes
{
    // Indexed by DType.
    private static readonly (string Safetensors, string Torch, int Bits)[] Table =
    [
        ("BOOL", "bool", 8),
        ("F4", "float4_e2m1fn_x2", 4),
        ("F6_E2M3", "float6_e2m3fn", 6),
        ("F6_E3M2", "float6_e3m2fn", 6),
        ("U8", "uint8", 8),
        ("I8", "int8", 8),
        ("F8_E5M2", "float8_e5m2", 8),
        ("F8_E4M3", "float8_e4m3fn", 8),
        ("F8_E8M0", "float8_e8m0fnu", 8),
        ("F8_E4M3FNUZ", "float8_e4m3fnuz", 8),
        ("F8_E5M2FNUZ", "float8_e5m2fnuz", 8),
        ("I16", "int16", 16),
        ("U16", "uint16", 16),
        ("F16", "float16", 16),
        ("BF16", "bfloat16", 16),
        ("I32", "int32", 32),
        ("U32", "uint32", 32),
        ("F32", "float32", 32),
        ("C64", "complex64", 64),
        ("F64", "float64", 64),
        ("I64", "int64", 64),
        ("U64", "uint64", 64),
        ("C128", "complex128", 128),
    ];

    /// <summary>Size of one element in bits: 4, 6, 8, 16, 32, 64 or 128.</summary>
    public static int BitCount(this DType dtype) => Table[(int)dtype].Bits;

    /// <summary>The name that safetensors headers use, for example <c>BF16</c>.</summary>
    public static string SafetensorsName(this DType dtype) => Table[(int)dtype].Safetensors;

    /// <summary>The name that torch uses, for example <c>bfloat16</c>.</summary>
    public static string TorchName(this DType dtype) => Table[(int)dtype].Torch;

    /// <summary>True for the real floating-point types of 16 bits and more, which a cast may convert into each other.</summary>
    public static bool IsWideFloat(this DType dtype) => dtype is DType.F16 or DType.BF16 or DType.F32 or DType.F64;

    /// <summary>True when <see cref="TensorViews.CastTo"/> goes from one type to the other.</summary>
    public static bool CanCastTo(this DType from, DType to) =>
        (from.IsWideFloat() && to.IsWideFloat()) || (from, to) is ((DType.I64, DType.I32) or (DType.I32, DType.I64));

    /// <summary>True for the types of two numbers each.</summary>
    public static bool IsComplex(this DType dtype) => dtype is DType.C64 or DType.C128;

    /// <summary>Bytes that <paramref name="elementCount"/> elements take, or null when they do not fill whole bytes or overflow.</summary>
    public static long? ByteCount(this DType dtype, long elementCount)
    {
        // Eight elements of any type fill whole bytes.
        (long eights, long rest) = Math.DivRem(elementCount, 8);
        long bits = dtype.BitCount();
        long high = Math.BigMul(eights, bits, out long bytes);
        bytes += rest * bits / 8;
        return high == 0 && bytes >= 0 && rest * bits % 8 == 0 ? bytes : null;
    }

    /// <summary>The element type that a safetensors header calls <paramref name="name"/>, or null.</summary>
    public static DType? FromSafetensorsName(string name) => Find(entry => entry.Safetensors, name);

    /// <summary>The element type that torch calls <paramref name="name"/> (without <c>torch.</c>), or null.</summary>
    public static DType? FromTorchName(string name) => Find(entry => entry.Torch, name);

    private static DType? Find(Func<(string Safetensors, string Torch, int Bits), string> key, string name)
    {
        int index = Array.FindIndex(Table, entry => string.Equals(key(entry), name, StringComparison.Ordinal));
        return index < 0 ? null : (DType)index;
    }
}
