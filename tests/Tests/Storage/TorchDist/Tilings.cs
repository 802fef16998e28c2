using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Storage.TorchDist;

/// <summary>Makes arrangements of chunks for tests.</summary>
internal static class Tilings
{
    /// <summary>The cells of a table whose dimensions are cut at the given places.</summary>
    public static List<Box> Grid(Shape shape, params long[][] cuts)
    {
        List<Box> boxes = [Box.Whole(shape)];
        for (int axis = 0; axis < cuts.Length; axis++)
        {
            foreach (long cut in cuts[axis])
            {
                boxes = [.. boxes.SelectMany(box => Split(box, axis, cut))];
            }
        }

        return boxes;
    }

    /// <summary>Cuts the shape in two, and the parts again, at random places.</summary>
    public static List<Box> Random(Shape shape, Random random, int pieces)
    {
        List<Box> boxes = [Box.Whole(shape)];
        while (boxes.Count < pieces)
        {
            Box box = boxes[random.Next(boxes.Count)];
            int axis = random.Next(shape.Rank);
            if (box.Sizes[axis] > 1)
            {
                boxes.Remove(box);
                boxes.AddRange(Split(box, axis, box.Offsets[axis] + random.NextInt64(1, box.Sizes[axis])));
            }
        }

        return boxes;
    }

    private static IEnumerable<Box> Split(Box box, int axis, long cut)
    {
        long before = cut - box.Offsets[axis];
        if (before <= 0 || before >= box.Sizes[axis])
        {
            return [box];
        }

        return
        [
            new(box.Offsets, box.Sizes.With(axis, before)),
            new(box.Offsets.With(axis, cut), box.Sizes.With(axis, box.Sizes[axis] - before)),
        ];
    }
}
