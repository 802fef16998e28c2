using MegatronBridge.Storage.Files;

namespace MegatronBridge.Storage.Torch;

/// <summary>A file that is one archive of torch, such as <c>train_state.pt</c>.</summary>
public sealed class TorchFileLayout(TorchLayout archive) : FileLayout
{
    /// <inheritdoc/>
    public override long Length => archive.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<Placement> Placements => archive.Placements;

    /// <inheritdoc/>
    public override bool NeedsCrc => true;

    /// <inheritdoc/>
    public override void Complete(OutputFile file, ReadOnlySpan<uint> crcs) => archive.Complete(file, 0, crcs);
}
