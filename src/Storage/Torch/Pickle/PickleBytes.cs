namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>A Python <c>bytes</c> or <c>bytearray</c>.</summary>
public sealed class PickleBytes(ReadOnlyMemory<byte> value, bool isByteArray = false) : PickleValue
{
    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Value { get; } = value;

    /// <summary>True for <c>bytearray</c>.</summary>
    public bool IsByteArray { get; } = isByteArray;
}
