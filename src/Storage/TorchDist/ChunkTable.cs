using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.TorchDist;

/// <summary>The chunks of a tensor and how to find those that a box touches.</summary>
internal sealed class ChunkTable
{
    private readonly Box[] _boxes;
    private readonly TensorView[] _views;
    private readonly ChunkGrid? _grid;

    /// <summary>Takes chunks, which must tile <paramref name="shape"/>. Each view has the sizes of its box.</summary>
    public ChunkTable(DType dtype, Shape shape, IReadOnlyList<(Box Box, TensorView View)> chunks)
    {
        chunks = [.. chunks.Where(chunk => chunk.Box.Sizes.ElementCount > 0)];
        foreach ((Box box, TensorView view) in chunks)
        {
            if (view.Shape != box.Sizes || view.DType != dtype || !box.IsInside(shape))
            {
                throw new ArgumentException($"{view} is no chunk {box} of {dtype} {shape}.", nameof(chunks));
            }
        }

        DType = dtype;
        Shape = shape;
        _boxes = [.. chunks.Select(chunk => chunk.Box)];
        _views = [.. chunks.Select(chunk => chunk.View)];
        _grid = ChunkGrid.Find(shape, _boxes);
        if (_grid is null && Tiling.FindFault(shape, _boxes) is { } fault)
        {
            throw new ArgumentException($"The chunks do not tile {shape}: {fault}.", nameof(chunks));
        }
    }

    /// <summary>Type of the elements.</summary>
    public DType DType { get; }

    /// <summary>Shape of the whole tensor.</summary>
    public Shape Shape { get; }

    /// <summary>What the chunks have of <paramref name="box"/>, and where in the box it lies.</summary>
    public List<(Box Box, TensorView View)> Parts(Box box)
    {
        List<(Box Box, TensorView View)> parts = [];
        foreach (int chunk in _grid?.Touched(box) ?? Enumerable.Range(0, _boxes.Length))
        {
            if (_boxes[chunk].Intersect(box) is { } part)
            {
                parts.Add((part.RelativeTo(box), _views[chunk].Slice(part.RelativeTo(_boxes[chunk]))));
            }
        }

        return parts;
    }

    /// <summary>The chunk that holds all of <paramref name="box"/>, cut to it, or null when no single one does.</summary>
    public TensorView? Single(Box box)
    {
        // A box in a cell of a grid has its first element and its last one there.
        if (_grid?.Touched(box) is not [int chunk])
        {
            return null;
        }

        return _views[chunk].Slice(box.RelativeTo(_boxes[chunk]));
    }
}
