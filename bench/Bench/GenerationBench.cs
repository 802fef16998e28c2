using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics;
using MegatronBridge.Cpu;
using MegatronBridge.Cpu.Generation;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Bench;

/// <summary>
/// Times a model that reads a prompt of 512 tokens and makes 32, in this process, beside what reading as many bytes as the weights takes.
/// bench/peer/generation.py does the same with transformers.
/// </summary>
internal static class GenerationBench
{
    private const int PromptTokens = 512;
    private const int NewTokens = 32;

    public static void Run(string path, int rounds)
    {
        long opened = Stopwatch.GetTimestamp();
        using ModelFolder folder = ModelFolder.Open(path);
        using CpuModel model = folder.Load();
        Print("load", $"{Stopwatch.GetElapsedTime(opened).TotalSeconds:F2} s");
        Generator generator = new(model);
        int[] prompt = [.. Enumerable.Range(1, PromptTokens).Select(i => i * 17 % folder.Provider.VocabSize)];
        _ = generator.Generate(prompt.AsSpan(0, 8).ToArray(), new() { MaxNewTokens = 4 }).Count(); // pages and code come in
        for (int round = 0; round < rounds; round++)
        {
            GenerationStatistics statistics = new();
            _ = generator.Generate(prompt, new() { MaxNewTokens = NewTokens }, statistics).Count();
            Print(
                $"round {round}",
                $"prefill {statistics.PromptTokensPerSecond:F1} tokens/s, decode {statistics.DecodeTokensPerSecond:F2} tokens/s"
            );
        }

        using Process process = Process.GetCurrentProcess();
        Print("peak memory", $"{process.PeakWorkingSet64 / 1e6:F0} MB, mapped weights counted");
        Print("cache in bf16", $"logits differ by {Rounding(model, prompt):G3} of the largest from those with float32");

        using HfFolder weights = HfFolder.Open(path);
        long bytes = weights.Weights.Tensors.Values.Sum(tensor => tensor.ByteCount);
        double bandwidth = Bandwidth();
        Print("weights", $"{bytes / 1e9:F2} GB");
        Print("reading memory", $"{bandwidth / 1e9:F1} GB/s, so at most {bandwidth / bytes:F2} tokens/s");
    }

    /// <summary>Largest difference of the last logits when keys and values are kept in bf16, relative to the largest.</summary>
    private static double Rounding(CpuModel model, int[] prompt)
    {
        Logits exact = Last(DType.F32);
        Logits rounded = Last(DType.BF16);
        float largest = 0;
        float difference = 0;
        for (int i = 0; i < exact.Vocabulary; i++)
        {
            largest = Math.Max(largest, Math.Abs(exact[0][i]));
            difference = Math.Max(difference, Math.Abs(exact[0][i] - rounded[0][i]));
        }

        return difference / largest;

        Logits Last(DType type)
        {
            using SequenceState state = new(type);
            return model.Forward(prompt, state, new() { OnlyLast = true });
        }
    }

    /// <summary>Bytes that all processors together read from memory in a second.</summary>
    private static double Bandwidth()
    {
        byte[][] parts = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new byte[256 << 20])];
        Array.ForEach(parts, part => Array.Fill(part, (byte)1));
        double best = 0;
        for (int round = 0; round < 5; round++)
        {
            long begin = Stopwatch.GetTimestamp();
            Parallel.ForEach(parts, part => Sum(part));
            best = Math.Max(best, parts.Sum(part => (long)part.Length) / Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }

        return best;
    }

    private static Vector256<byte> Sum(byte[] bytes)
    {
        Vector256<byte> a = default;
        Vector256<byte> b = default;
        for (int i = 0; i < bytes.Length; i += 64)
        {
            a += Vector256.Create(bytes, i);
            b += Vector256.Create(bytes, i + 32);
        }

        return a + b;
    }

    private static void Print(string what, FormattableString value) =>
        Console.WriteLine($"{what, -16}{value.ToString(CultureInfo.InvariantCulture)}");
}
