namespace MegatronBridge.Storage.Files;

/// <summary>
/// A file that is to be written, known to the byte before anything is written: its size, where each tensor goes, and
/// what stands around them. The tensors may then be written in any order, by any number of threads.
/// </summary>
public abstract class FileLayout
{
    /// <summary>Path of the file, relative to the folder that is being written.</summary>
    public required string Name { get; init; }

    /// <summary>Size of the whole file in bytes.</summary>
    public abstract long Length { get; }

    /// <summary>The tensors and their places; they do not overlap.</summary>
    public abstract IReadOnlyList<Placement> Placements { get; }

    /// <summary>True when <see cref="Complete"/> needs the CRC-32 of each placement's bytes.</summary>
    public virtual bool NeedsCrc => false;

    /// <summary>
    /// Writes everything that is not tensor data, after all of that has been written. <paramref name="crcs"/> has the
    /// CRC-32 of each placement, in order, or is empty when <see cref="NeedsCrc"/> is false.
    /// </summary>
    public abstract void Complete(OutputFile file, ReadOnlySpan<uint> crcs);
}
