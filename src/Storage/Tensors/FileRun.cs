using MegatronBridge.Storage.Files;

namespace MegatronBridge.Storage.Tensors;

/// <summary>Bytes that lie together in a file.</summary>
/// <param name="File">The file.</param>
/// <param name="Position">The first of them.</param>
/// <param name="Length">How many there are.</param>
public readonly record struct FileRun(InputFile File, long Position, long Length);
