using System.Runtime.InteropServices;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cpu.Weights;

/// <summary>
/// A matrix <c>[rows, columns]</c> in the type in which it is stored: BF16, F16 or F32. Its rows may lie in several places, as in the
/// mapped files of a model that another program arranged.
/// </summary>
internal sealed unsafe class Weight : IDisposable
{
    private const int Piece = 16 << 20;

    private readonly void* _owned;
    private RowRun* _runs;

    /// <summary>Copies a tensor of one dimension or more into memory; the first dimension counts the rows.</summary>
    public Weight(TensorView view)
    {
        if (view.DType == DType.F64)
        {
            view = view.CastTo(DType.F32);
        }

        if (view.DType is not (DType.BF16 or DType.F16 or DType.F32))
        {
            throw new UnsupportedModelException(
                $"A weight {view} cannot be multiplied with: it is not of BF16, F16 or F32."
            );
        }

        DType = view.DType;
        Rows = checked((int)view.Shape[0]);
        Columns = checked((int)(view.Shape.ElementCount / Math.Max(1, Rows)));
        _owned = NativeMemory.AlignedAlloc((nuint)Math.Max(64, view.ByteCount), 64);
        RunCount = 1;
        _runs = (RowRun*)NativeMemory.Alloc((nuint)sizeof(RowRun));
        _runs[0] = new()
        {
            Start = (byte*)_owned,
            First = 0,
            End = Rows,
        };
        for (long offset = 0; offset < view.ByteCount; offset += Piece)
        {
            int length = (int)Math.Min(Piece, view.ByteCount - offset);
            view.Read(offset, new Span<byte>((byte*)_owned + offset, length));
        }
    }

    /// <summary>Type of the elements.</summary>
    public DType DType { get; }

    /// <summary>Number of rows: what comes out of a product.</summary>
    public int Rows { get; }

    /// <summary>Numbers of a row: what goes in.</summary>
    public int Columns { get; }

    /// <summary>In how many places the rows lie.</summary>
    public int RunCount { get; }

    /// <summary>The places, in the order of the rows: an array of <see cref="RowRun"/>.</summary>
    public nint Runs => (nint)_runs;

    /// <summary>Widens a row into <paramref name="destination"/>.</summary>
    public void ReadRow(int row, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        RowRun* run = _runs;
        while (run->End <= row)
        {
            run++;
        }

        int bytes = Columns * (DType.BitCount() / 8);
        FloatCast.Convert(
            DType,
            new ReadOnlySpan<byte>(run->Start + ((long)(row - run->First) * bytes), bytes),
            DType.F32,
            MemoryMarshal.AsBytes(destination)
        );
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_owned);
        NativeMemory.Free(_runs);
        _runs = null;
    }
}
