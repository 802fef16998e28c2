using System.Runtime.InteropServices;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Storage.Files;
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

    private void* _owned;
    private RowRun* _runs;

    private Weight(TensorView view, ReadOnlySpan<RowRun> runs)
    {
        DType = view.DType;
        Rows = checked((int)view.Shape[0]);
        Columns = checked((int)(view.Shape.ElementCount / Math.Max(1, Rows)));
        RunCount = runs.Length;
        _runs = (RowRun*)NativeMemory.Alloc((nuint)RunCount, (nuint)sizeof(RowRun));
        runs.CopyTo(new(_runs, RunCount));
    }

    /// <summary>
    /// The weight that a tensor of one dimension or more is; the first one counts the rows. Where its rows lie in files as they are, they
    /// stay there, else they are copied into memory.
    /// </summary>
    /// <param name="view">The tensor, of BF16, F16, F32 or F64.</param>
    /// <param name="map">Maps a file, for as long as the weight is used.</param>
    public static Weight Of(TensorView view, Func<InputFile, MappedFile> map)
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

        long rowBytes = view.ByteCount / Math.Max(1, view.Shape[0]);
        return rowBytes > 0 && FileRuns.Find(view, rowBytes) is { } runs ? Mapped(view, runs, map) : Copied(view);
    }

    /// <summary>Type of the elements.</summary>
    public DType DType { get; }

    /// <summary>Number of rows: what comes out of a product.</summary>
    public int Rows { get; }

    /// <summary>Numbers of a row: what goes in.</summary>
    public int Columns { get; }

    /// <summary>True when the rows are in files.</summary>
    public bool IsMapped => _owned is null;

    /// <summary>In how many places the rows lie.</summary>
    public int RunCount { get; }

    /// <summary>The places, in the order of the rows.</summary>
    public RowRuns Runs => new((nint)_runs, RunCount);

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
            new ReadOnlySpan<byte>(run->Start + ((row - run->First) * run->Stride), bytes),
            DType.F32,
            MemoryMarshal.AsBytes(destination)
        );
    }

    private static Weight Mapped(TensorView view, IReadOnlyList<FileRun> runs, Func<InputFile, MappedFile> map)
    {
        long rowBytes = view.ByteCount / view.Shape[0];
        List<RowRun> places = [];
        int row = 0;
        foreach (FileRun run in runs)
        {
            int end = row + (int)(run.Length / rowBytes);
            RowRun place = new()
            {
                Start = map(run.File).At(run.Position, run.Length),
                Stride = rowBytes,
                First = row,
                End = end,
            };
            if (places.Count > 0 && Joined(places[^1], place) is { } joined)
            {
                places[^1] = joined;
            }
            else
            {
                places.Add(place);
            }

            row = end;
        }

        return new(view, CollectionsMarshal.AsSpan(places));
    }

    // Single rows at equal distances: a matrix whose columns are cut, or rows taken in turns.
    private static RowRun? Joined(RowRun before, RowRun row)
    {
        int count = before.End - before.First;
        long distance = row.Start - (before.Start + ((count - 1) * before.Stride));
        return row.End - row.First == 1 && (count == 1 || distance == before.Stride)
            ? before with
            {
                Stride = distance,
                End = row.End,
            }
            : null;
    }

    private static Weight Copied(TensorView view)
    {
        void* owned = NativeMemory.AlignedAlloc((nuint)Math.Max(64, view.ByteCount), 64);
        RowRun place = new()
        {
            Start = (byte*)owned,
            Stride = view.ByteCount / Math.Max(1, view.Shape[0]),
            First = 0,
            End = checked((int)view.Shape[0]),
        };
        Weight weight = new(view, [place]) { _owned = owned };
        for (long offset = 0; offset < view.ByteCount; offset += Piece)
        {
            int length = (int)Math.Min(Piece, view.ByteCount - offset);
            view.Read(offset, new Span<byte>((byte*)owned + offset, length));
        }

        return weight;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_owned);
        NativeMemory.Free(_runs);
        _owned = null;
        _runs = null;
    }
}
