using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Kernels;

/// <summary>Copies elements that lie at fixed distances in memory to where they lie together: transposition.</summary>
internal static class StridedCopy
{
    // A tile's rows stay in the first-level cache on both sides.
    private const int Tile = 64;

    // A dimension smaller than this is not worth tiling.
    private const int SmallAxis = 8;

    /// <summary>
    /// Fills <paramref name="destination"/>, row-major of <paramref name="shape"/>, with the elements of
    /// <paramref name="source"/> from element <paramref name="start"/> on, <paramref name="strides"/>[i] elements apart along
    /// dimension i.
    /// </summary>
    public static void Gather(
        ReadOnlySpan<byte> source,
        int start,
        Shape shape,
        int[] strides,
        Span<byte> destination,
        int itemBytes
    )
    {
        List<Axis> axes = Axes(shape, strides);
        switch (itemBytes)
        {
            case 1:
                Gather(source, start, axes, destination);
                break;
            case 2:
                Gather(Cast<ushort>(source), start, axes, MemoryMarshal.Cast<byte, ushort>(destination));
                break;
            case 4:
                Gather(Cast<uint>(source), start, axes, MemoryMarshal.Cast<byte, uint>(destination));
                break;
            case 8:
                Gather(Cast<ulong>(source), start, axes, MemoryMarshal.Cast<byte, ulong>(destination));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(itemBytes), itemBytes, "1, 2, 4 or 8");
        }
    }

    private static ReadOnlySpan<T> Cast<T>(ReadOnlySpan<byte> bytes)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(bytes);

    /// <summary>The dimensions without those of one element, and those as one that can be walked as one.</summary>
    private static List<Axis> Axes(Shape shape, int[] strides)
    {
        List<Axis> axes = [];
        int to = 1;
        for (int i = shape.Rank - 1; i >= 0; i--)
        {
            int count = (int)shape[i];
            if (axes.Count > 0 && axes[^1].Count * axes[^1].From == strides[i])
            {
                axes[^1] = axes[^1] with { Count = axes[^1].Count * count };
            }
            else if (count > 1)
            {
                axes.Add(new(count, strides[i], to));
            }

            to *= count;
        }

        return axes.Count == 0 ? [new(1, 1, 1)] : axes; // innermost first
    }

    private static void Gather<T>(ReadOnlySpan<T> source, int start, List<Axis> axes, Span<T> destination)
        where T : unmanaged
    {
        // Down: what is nearest together in the destination. Across: what is nearest together in the source.
        Axis down = axes.Find(axis => axis.Count >= SmallAxis || axes.Count == 1) is { Count: > 0 } found
            ? found
            : axes[0];
        Axis across = axes.MinBy(axis => (axis == down || axis.Count < SmallAxis, axis.From));
        across = across == down ? new(1, 1, 1) : across;
        Axis[] outer = [.. axes.Where(axis => axis != down && axis != across)];
        int[] index = new int[outer.Length];
        int to = 0;
        while (true)
        {
            GatherPlane(source[start..], down, across, destination[to..]);
            int axis = 0;
            for (; axis < outer.Length; axis++)
            {
                start += outer[axis].From;
                to += outer[axis].To;
                if (++index[axis] < outer[axis].Count)
                {
                    break;
                }

                start -= outer[axis].Count * outer[axis].From;
                to -= outer[axis].Count * outer[axis].To;
                index[axis] = 0;
            }

            if (axis == outer.Length)
            {
                return;
            }
        }
    }

    private static void GatherPlane<T>(ReadOnlySpan<T> source, Axis down, Axis across, Span<T> destination)
        where T : unmanaged
    {
        for (int y = 0; y < down.Count; y += Tile)
        {
            Axis rows = down with { Count = Math.Min(Tile, down.Count - y) };
            for (int x = 0; x < across.Count; x += Tile)
            {
                Axis columns = across with { Count = Math.Min(Tile, across.Count - x) };
                ReadOnlySpan<T> from = source[((y * down.From) + (x * across.From))..];
                Span<T> to = destination[((y * down.To) + (x * across.To))..];
                if (typeof(T) == typeof(ushort) && columns.From == 1 && rows.To == 1)
                {
                    Transpose16.Tile(
                        MemoryMarshal.Cast<T, ushort>(from),
                        rows.From,
                        MemoryMarshal.Cast<T, ushort>(to),
                        columns.To,
                        rows.Count,
                        columns.Count
                    );
                }
                else
                {
                    GatherTile(from, rows, columns, to);
                }
            }
        }
    }

    private static void GatherTile<T>(ReadOnlySpan<T> source, Axis down, Axis across, Span<T> destination)
        where T : unmanaged
    {
        // The last element that the loops touch; the references below are unchecked.
        _ = source[((down.Count - 1) * down.From) + ((across.Count - 1) * across.From)];
        _ = destination[((down.Count - 1) * down.To) + ((across.Count - 1) * across.To)];
        ref T from = ref MemoryMarshal.GetReference(source);
        ref T to = ref MemoryMarshal.GetReference(destination);
        for (int x = 0; x < across.Count; x++)
        {
            ref T read = ref Unsafe.Add(ref from, x * across.From);
            ref T write = ref Unsafe.Add(ref to, x * across.To);
            for (int y = 0; y < down.Count; y++)
            {
                Unsafe.Add(ref write, y * down.To) = Unsafe.Add(ref read, y * down.From);
            }
        }
    }

    /// <summary>A dimension: how many elements, and how far apart they are in source and destination.</summary>
    private readonly record struct Axis(int Count, int From, int To);
}
