using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Torch;

namespace MegatronBridge.Storage.TorchDist;

/// <summary>A data file: the archives of its items, one behind the other.</summary>
public sealed class DistcpLayout : FileLayout
{
    private readonly List<(TorchLayout Archive, long Start)> _items = [];
    private readonly List<Placement> _placements = [];
    private long _length;

    internal DistcpLayout() { }

    /// <inheritdoc/>
    public override long Length => _length;

    /// <inheritdoc/>
    public override IReadOnlyList<Placement> Placements => _placements;

    /// <inheritdoc/>
    public override bool NeedsCrc => true;

    /// <inheritdoc/>
    public override void Complete(OutputFile file, ReadOnlySpan<uint> crcs)
    {
        foreach ((TorchLayout archive, long start) in _items)
        {
            int count = archive.Placements.Count;
            archive.Complete(file, start, crcs[..count]);
            crcs = crcs[count..];
        }
    }

    /// <summary>Adds an item behind the others; returns where it goes.</summary>
    internal ItemPlace Add(SaveItem item, TorchLayout archive)
    {
        ItemPlace place = new(Name, _length, archive.Length);
        _items.Add((archive, _length));
        foreach (Placement placement in archive.Placements)
        {
            // The layout of a tensor's archive is shared: it knows where the elements go, the item has them.
            _placements.Add(new((item as TensorChunk)?.View ?? placement.View, _length + placement.Position));
        }

        _length += archive.Length;
        return place;
    }
}
