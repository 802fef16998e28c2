namespace MegatronBridge.Storage.Tensors;

/// <summary>
/// The element types that checkpoints hold. The order is that of safetensors 0.8.0, which also orders its files
/// (docs/formats.md, safetensors); <see cref="C128"/> is the one that only torch has.
/// </summary>
public enum DType
{
    /// <summary>One byte, 0 or 1.</summary>
    Bool,

    /// <summary>4-bit float, e2m1, two to a byte, low nibble first.</summary>
    F4,

    /// <summary>6-bit float, e2m3.</summary>
    F6E2M3,

    /// <summary>6-bit float, e3m2.</summary>
    F6E3M2,

    /// <summary>Unsigned byte.</summary>
    U8,

    /// <summary>Signed byte.</summary>
    I8,

    /// <summary>8-bit float, e5m2.</summary>
    F8E5M2,

    /// <summary>8-bit float, e4m3, finite and NaN only.</summary>
    F8E4M3,

    /// <summary>8-bit power of two, bias 127, without sign: a scale.</summary>
    F8E8M0,

    /// <summary>8-bit float, e4m3, without negative zero.</summary>
    F8E4M3Fnuz,

    /// <summary>8-bit float, e5m2, without negative zero.</summary>
    F8E5M2Fnuz,

    /// <summary>16-bit signed integer.</summary>
    I16,

    /// <summary>16-bit unsigned integer.</summary>
    U16,

    /// <summary>IEEE half precision.</summary>
    F16,

    /// <summary>The upper half of a single precision number.</summary>
    BF16,

    /// <summary>32-bit signed integer.</summary>
    I32,

    /// <summary>32-bit unsigned integer.</summary>
    U32,

    /// <summary>IEEE single precision.</summary>
    F32,

    /// <summary>Two single precision numbers.</summary>
    C64,

    /// <summary>IEEE double precision.</summary>
    F64,

    /// <summary>64-bit signed integer.</summary>
    I64,

    /// <summary>64-bit unsigned integer.</summary>
    U64,

    /// <summary>Two double precision numbers.</summary>
    C128,
}
