namespace MegatronBridge.Storage.TorchDist;

/// <summary>Where an item lies: a whole torch archive inside a data file.</summary>
/// <param name="File">Path of the data file, relative to the checkpoint's folder.</param>
/// <param name="Offset">First byte of the archive in the file.</param>
/// <param name="Length">Bytes of the archive.</param>
public readonly record struct ItemPlace(string File, long Offset, long Length)
{
    /// <summary>For example <c>__0_0.distcp bytes 1261 to 2838</c>.</summary>
    public override string ToString() => $"{File} bytes {Offset} to {Offset + Length}";
}
