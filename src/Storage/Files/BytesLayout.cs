namespace MegatronBridge.Storage.Files;

/// <summary>A file whose bytes are in memory: an index, a settings file.</summary>
public sealed class BytesLayout(ReadOnlyMemory<byte> bytes) : FileLayout
{
    /// <inheritdoc/>
    public override long Length => bytes.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<Placement> Placements => [];

    /// <inheritdoc/>
    public override void Complete(OutputFile file, ReadOnlySpan<uint> crcs) => file.Write(0, bytes.Span);
}
