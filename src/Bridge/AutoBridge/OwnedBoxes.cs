using MegatronBridge.Conversion;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge;

/// <summary>
/// Finds out which elements of a Hugging Face tensor a rank has, from the tensor itself: those of others are not numbers. Tensor parallelism
/// cuts along one dimension, so that one line of elements along each tells.
/// </summary>
internal static class OwnedBoxes
{
    /// <summary>The boxes of a tensor that come from one parameter that the rank has.</summary>
    public static IEnumerable<Box> Of(TensorView whole, Binding binding)
    {
        Box share = ShareOf(whole.Shape, binding);
        if (share.Sizes.ElementCount == 0)
        {
            yield break;
        }

        if (binding.Parameter.Cut.Axis is not null)
        {
            for (int axis = 0; axis < whole.Shape.Rank; axis++)
            {
                List<(long Start, long Count)> runs = Runs(whole, share, axis);
                if (runs is [var only] && only.Count == share.Sizes[axis])
                {
                    continue;
                }

                if (runs.Count > 0)
                {
                    foreach ((long start, long count) in runs)
                    {
                        yield return new(
                            share.Offsets.With(axis, share.Offsets[axis] + start),
                            share.Sizes.With(axis, count)
                        );
                    }

                    yield break;
                }
            }

            // No line had an element of the rank and one of another: it has all or nothing.
            if (Runs(whole, share, 0).Count == 0)
            {
                yield break;
            }
        }

        yield return share;
    }

    /// <summary>Joins boxes that touch and agree in all other dimensions.</summary>
    public static IReadOnlyList<Box> Merge(IEnumerable<Box> boxes)
    {
        List<Box> merged = [];
        foreach (Box box in boxes)
        {
            Box next = box;
            for (int i = 0; i < merged.Count; i++)
            {
                if (Together(merged[i], next) is { } both)
                {
                    next = both;
                    merged.RemoveAt(i);
                    i = -1; // it may now touch another one
                }
            }

            merged.Add(next);
        }

        return merged;
    }

    /// <summary>The boxes one behind the other, along the dimension in which they differ.</summary>
    /// <exception cref="UnsupportedModelException">They differ in several.</exception>
    public static TensorView Join(TensorView whole, IReadOnlyList<Box> boxes, string name)
    {
        int[] axes =
        [
            .. Enumerable
                .Range(0, whole.Shape.Rank)
                .Where(axis => boxes.Any(box => box.Offsets[axis] != boxes[0].Offsets[axis])),
        ];
        return axes.Length switch
        {
            0 => whole.Slice(boxes[0]),
            1 => TensorViews.Concat(axes[0], [.. boxes.Select(box => whole.Slice(box))]),
            _ => throw new UnsupportedModelException(
                $"{name} {whole.Shape} lies on this rank in {boxes.Count} parts that make no tensor: {string.Join(", ", boxes)}. Export it "
                    + $"in the mode {nameof(ExportMode.Replicate)}."
            ),
        };
    }

    /// <summary>The part of a tensor that one of several parameters makes; all of it when there is one only.</summary>
    private static Box ShareOf(Shape shape, Binding binding)
    {
        Box whole = Box.Whole(shape);
        return binding.Fused is { } axis ? new(whole.Offsets.With(0, axis.Index), shape.With(0, 1))
            : binding.Part is { } part
                ? new(whole.Offsets.With(part.Axis, part.Offset), shape.With(part.Axis, part.Size))
            : whole;
    }

    private static List<(long Start, long Count)> Runs(TensorView whole, Box share, int axis)
    {
        Shape one = new([.. Enumerable.Repeat(1L, whole.Shape.Rank)]);
        TensorView line = whole.Slice(new Box(share.Offsets, one.With(axis, share.Sizes[axis])));
        byte[] bytes = line.ToArray();
        float[] values = new float[line.Shape.ElementCount];
        FloatCast.Convert(
            line.DType,
            bytes,
            DType.F32,
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan())
        );
        List<(long Start, long Count)> runs = [];
        for (int i = 0; i < values.Length; i++)
        {
            if (float.IsNaN(values[i]))
            {
                continue;
            }

            if (runs.Count > 0 && runs[^1].Start + runs[^1].Count == i)
            {
                runs[^1] = (runs[^1].Start, runs[^1].Count + 1);
            }
            else
            {
                runs.Add((i, 1));
            }
        }

        return runs;
    }

    private static Box? Together(Box left, Box right)
    {
        int? along = null;
        for (int axis = 0; axis < left.Sizes.Rank; axis++)
        {
            if (left.Offsets[axis] == right.Offsets[axis] && left.Sizes[axis] == right.Sizes[axis])
            {
                continue;
            }

            bool touches =
                left.Offsets[axis] + left.Sizes[axis] == right.Offsets[axis]
                || right.Offsets[axis] + right.Sizes[axis] == left.Offsets[axis];
            if (along is not null || !touches)
            {
                return null;
            }

            along = axis;
        }

        return along is int merged
            ? new(
                left.Offsets.With(merged, Math.Min(left.Offsets[merged], right.Offsets[merged])),
                left.Sizes.With(merged, left.Sizes[merged] + right.Sizes[merged])
            )
            : left;
    }
}
