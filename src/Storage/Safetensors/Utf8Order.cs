namespace MegatronBridge.Storage.Safetensors;

/// <summary>Names as UTF-8 compared byte by byte, which is also the order of code points.</summary>
internal sealed class Utf8Order : IComparer<byte[]>
{
    public static Utf8Order Instance { get; } = new();

    public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
}
