namespace MegatronBridge.Storage.Torch.Zip;

/// <summary>One record of an archive.</summary>
/// <param name="Name">With its folder, for example <c>archive/data/0</c>.</param>
/// <param name="Position">First byte of its data in the file.</param>
/// <param name="StoredLength">Bytes that it takes there.</param>
/// <param name="Length">Bytes that it has.</param>
/// <param name="IsDeflated">Whether it is compressed, which torch itself never does.</param>
internal sealed record ZipRecord(string Name, long Position, long StoredLength, long Length, bool IsDeflated);
