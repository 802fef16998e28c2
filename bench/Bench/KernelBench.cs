using System.Diagnostics;
using System.Runtime.InteropServices;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Quantization;
using MegatronBridge.Storage.Statistics;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Bench;

/// <summary>Best rate of each kernel on one thread, on 8 MB, which is the size of a transfer piece.</summary>
internal static class KernelBench
{
    private const int PieceBytes = 8 << 20;
    private const int TensorBytes = 96 << 20;
    private const int Repetitions = 50;

    private static readonly DType[] Wide = [DType.BF16, DType.F16, DType.F32, DType.F64];

    public static void Run()
    {
        byte[] bytes = new byte[PieceBytes];
        for (int i = 0; i < bytes.Length; i += 2)
        {
            // Small finite numbers in every format.
            BitConverter.TryWriteBytes(bytes.AsSpan(i), (ushort)(0x3c00 + (i % 0x3ff)));
        }

        Print("CRC-32", PieceBytes, () => Crc32.Append(0, bytes));
        foreach (DType from in Wide)
        {
            foreach (DType to in Wide.Where(to => to != from))
            {
                byte[] result = new byte[PieceBytes * to.BitCount() / from.BitCount()];
                Print($"{from} to {to}", PieceBytes, () => FloatCast.Convert(from, bytes, to, result));
            }
        }

        foreach (DType dtype in (ReadOnlySpan<DType>)[.. Wide, DType.F8E4M3, DType.I32])
        {
            byte[] large = new byte[TensorBytes];
            bytes.AsSpan(0, 3 << 20).CopyTo(large);
            MemoryView view = new(dtype, [TensorBytes * 8L / dtype.BitCount()], large);
            TransferOptions one = new() { Workers = 1 };
            Print($"statistics of {dtype}", TensorBytes, () => StatisticsPass.RunAsync([view], one).Wait());
        }

        RunQuantization(bytes);
    }

    private static void RunQuantization(byte[] bytes)
    {
        const int columns = 4096;
        int rows = PieceBytes / columns;
        TensorView codes = new MemoryView(DType.F8E4M3, [rows, columns], bytes);
        byte[] numbers = new byte[2 * PieceBytes];
        ScaleGrid blocks = new(Ones([1, rows / 128, columns / 128]), BlockAxis.Of(128), BlockAxis.Of(128));
        ScaleGrid groups = new(Ones([1, rows, columns / 32]), BlockAxis.Of(1), BlockAxis.Of(32));
        DequantizedView fp8 = new(codes, blocks, DType.BF16);
        DequantizedView mxfp8 = new(codes, groups, DType.BF16);
        TensorView nibbles = new MemoryView(DType.U8, [rows, columns / 2], bytes.AsMemory(0, PieceBytes / 2));
        DequantizedView mxfp4 = new(PackedView.Floats(nibbles), groups, DType.BF16);
        DequantizedView int4 = new(PackedView.Integers(nibbles, columns, 4), groups with { Zero = 8 }, DType.BF16);
        Print("FP8 128x128 to BF16, written", 2 * PieceBytes, () => fp8.Read(0, numbers));
        Print("FP8 1x32 to BF16, written", 2 * PieceBytes, () => mxfp8.Read(0, numbers));
        Print("FP4 1x32 to BF16, written", 2 * PieceBytes, () => mxfp4.Read(0, numbers));
        Print("INT4 1x32 to BF16, written", 2 * PieceBytes, () => int4.Read(0, numbers));

        TensorView weight = new MemoryView(DType.BF16, [rows, columns], numbers);
        BlockAxis axis = BlockAxis.Of(128);
        QuantizedWeight again = new(weight, axis, axis, CodeForm.E4M3, DType.F8E4M3, DType.F32);
        Print("BF16 to FP8 128x128, read", 2 * PieceBytes, () => again.Codes.Read(0, bytes));
    }

    private static MemoryView Ones(Shape shape)
    {
        float[] ones = new float[shape.ElementCount];
        ones.AsSpan().Fill(1);
        return new(DType.F32, shape, MemoryMarshal.AsBytes(ones.AsSpan()).ToArray());
    }

    private static void Print(string name, long byteCount, Action kernel)
    {
        TimeSpan best = TimeSpan.MaxValue;
        for (int i = 0; i < Repetitions; i++)
        {
            long start = Stopwatch.GetTimestamp();
            kernel();
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            best = elapsed < best ? elapsed : best;
        }

        Console.WriteLine($"{name, -32}{byteCount / best.TotalSeconds / 1e9, 8:F1} GB/s");
    }
}
