using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Torch;

/// <summary>The classes of torch that name the element type of a storage (docs/formats.md, torch archive).</summary>
internal static class StorageClasses
{
    /// <summary>The storage of bytes, for element types that have no class of their own.</summary>
    public const string Untyped = "UntypedStorage";

    private static readonly (DType DType, string Name)[] Table =
    [
        (DType.F32, "FloatStorage"),
        (DType.F64, "DoubleStorage"),
        (DType.F16, "HalfStorage"),
        (DType.BF16, "BFloat16Storage"),
        (DType.I64, "LongStorage"),
        (DType.I32, "IntStorage"),
        (DType.I16, "ShortStorage"),
        (DType.I8, "CharStorage"),
        (DType.U8, "ByteStorage"),
        (DType.Bool, "BoolStorage"),
        (DType.C64, "ComplexFloatStorage"),
        (DType.C128, "ComplexDoubleStorage"),
    ];

    /// <summary>The class for an element type, or null when there is none.</summary>
    public static string? Find(DType dtype) => Array.Find(Table, entry => entry.DType == dtype).Name;

    /// <summary>The element type of a class; bytes for the untyped one; null for an unknown one.</summary>
    public static DType? Find(string name)
    {
        int index = Array.FindIndex(Table, entry => entry.Name == name);
        return index >= 0 ? Table[index].DType
            : name == Untyped ? DType.U8
            : null;
    }
}
