using System.Diagnostics;
using MegatronBridge.Storage.Kernels;

namespace MegatronBridge.Bench;

/// <summary>Best rate of each kernel on one thread, on 8 MB, which is the size of a transfer piece.</summary>
internal static class KernelBench
{
    private const int PieceBytes = 8 << 20;
    private const int Repetitions = 50;

    public static void Run()
    {
        byte[] bytes = new byte[PieceBytes];
        new Random(1).NextBytes(bytes);

        Print("CRC-32", PieceBytes, () => Crc32.Append(0, bytes));
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
