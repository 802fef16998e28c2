using System.Diagnostics;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Kernels;
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

        Console.WriteLine($"{name, -24}{byteCount / best.TotalSeconds / 1e9, 8:F1} GB/s");
    }
}
