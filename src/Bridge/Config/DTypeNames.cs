using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Config;

/// <summary>The many names that configs and command lines have for element types.</summary>
public static class DTypeNames
{
    private static readonly (string Name, DType DType)[] Names =
    [
        ("fp32", DType.F32),
        ("float32", DType.F32),
        ("32", DType.F32),
        ("32-true", DType.F32),
        ("fp16", DType.F16),
        ("float16", DType.F16),
        ("16", DType.F16),
        ("16-mixed", DType.F16),
        ("bf16", DType.BF16),
        ("bfloat16", DType.BF16),
        ("bf16-mixed", DType.BF16),
        ("fp8", DType.F8E4M3),
        ("float8_e4m3fn", DType.F8E4M3),
        ("float8_e5m2", DType.F8E5M2),
    ];

    /// <summary>All names, for messages.</summary>
    public static string Known { get; } = string.Join(", ", Names.Select(entry => entry.Name));

    /// <summary>The element type of that name, or null. What is a word may have <c>torch.</c> in front.</summary>
    public static DType? Parse(string name)
    {
        string bare = name.StartsWith("torch.", StringComparison.Ordinal) ? name["torch.".Length..] : name;
        bool isWord = char.IsAsciiLetter(bare.FirstOrDefault()) && !bare.Contains('-', StringComparison.Ordinal);
        int index = bare.Length == name.Length || isWord ? Array.FindIndex(Names, entry => entry.Name == bare) : -1;
        return index < 0 ? null : Names[index].DType;
    }
}
