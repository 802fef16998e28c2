using System.Runtime.InteropServices;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cpu.Kernels;

/// <summary>
/// Rows of keys or values, of each group one for each position, in pages of equally many positions. Somebody else owns the memory.
/// </summary>
/// <param name="Pages">Addresses of the pages, one behind the other.</param>
/// <param name="PageLength">Positions of a page.</param>
/// <param name="Columns">Numbers of a row.</param>
/// <param name="DType">Type of the numbers: BF16, F16 or F32.</param>
/// <param name="Stride">Bytes from a position to the next, within a page.</param>
/// <param name="GroupStride">Bytes from a group to the next, within a page.</param>
/// <param name="Offset">Bytes from the begin of a page to the first row.</param>
internal readonly unsafe record struct PagedRows(
    nint Pages,
    int PageLength,
    int Columns,
    DType DType,
    long Stride,
    long GroupStride,
    long Offset
)
{
    /// <summary>
    /// Rows that lie in one page: some channels of each group of a matrix <c>[positions, groups · group columns]</c> of float32, whose
    /// address <paramref name="page"/> keeps as long as the rows are used.
    /// </summary>
    public static PagedRows Of(Matrix matrix, int groupColumns, int firstColumn, int columns, nint* page)
    {
        *page = matrix.Data;
        return new(
            (nint)page,
            int.MaxValue,
            columns,
            DType.F32,
            (long)matrix.Stride * sizeof(float),
            (long)groupColumns * sizeof(float),
            (long)firstColumn * sizeof(float)
        );
    }

    /// <summary>The first byte of a row.</summary>
    public byte* At(int group, int position) =>
        ((byte**)Pages)[position / PageLength] + Offset + (group * GroupStride) + (position % PageLength * Stride);

    /// <summary>How many positions the page of a position has from there on.</summary>
    public int Behind(int position) => PageLength - (position % PageLength);

    /// <summary>Widens the first numbers of a row.</summary>
    public void Read(int group, int position, Span<float> numbers)
    {
        byte* at = At(group, position);
        if (DType == DType.F32)
        {
            new ReadOnlySpan<float>(at, numbers.Length).CopyTo(numbers);
        }
        else
        {
            FloatCast.Convert(
                DType,
                new(at, numbers.Length * sizeof(ushort)),
                DType.F32,
                MemoryMarshal.AsBytes(numbers)
            );
        }
    }

    /// <summary>Rounds numbers into a row.</summary>
    public void Write(int group, int position, ReadOnlySpan<float> numbers)
    {
        byte* at = At(group, position);
        if (DType == DType.F32)
        {
            numbers.CopyTo(new(at, numbers.Length));
        }
        else
        {
            FloatCast.Convert(
                DType.F32,
                MemoryMarshal.AsBytes(numbers),
                DType,
                new(at, numbers.Length * sizeof(ushort))
            );
        }
    }
}
