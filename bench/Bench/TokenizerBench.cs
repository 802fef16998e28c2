using System.Diagnostics;
using System.Globalization;
using System.Text;
using MegatronBridge.Cpu.Tokenizers;

namespace MegatronBridge.Bench;

/// <summary>How fast a tokenizer is read, and turns a text into ids and back; processor time of the process, which other jobs do not change.</summary>
internal static class TokenizerBench
{
    private const int Rounds = 5;

    public static void Run(string tokenizerFile, string textFile)
    {
        Tokenizer tokenizer = Tokenizer.FromFile(tokenizerFile);
        string text = File.ReadAllText(textFile);
        string[] lines = text.Split('\n');
        double megabytes = Encoding.UTF8.GetByteCount(text) / 1e6;
        int[] ids = tokenizer.Encode(text);
        Print("read", Best(() => Tokenizer.FromFile(tokenizerFile)), null);
        Print("encode the whole", Best(() => tokenizer.Encode(text)), megabytes);
        Print("encode by lines", Best(() => Array.ForEach(lines, line => tokenizer.Encode(line))), megabytes);
        Print("decode", Best(() => tokenizer.Decode(ids)), megabytes);
    }

    private static TimeSpan Best(Action action)
    {
        using var process = Process.GetCurrentProcess();
        var best = TimeSpan.MaxValue;
        for (int i = 0; i < Rounds; i++)
        {
            process.Refresh();
            TimeSpan start = process.UserProcessorTime;
            action();
            process.Refresh();
            TimeSpan time = process.UserProcessorTime - start;
            best = time < best ? time : best;
        }
        return best;
    }

    private static void Print(string what, TimeSpan time, double? megabytes)
    {
        string rate = megabytes is { } size ? $", {size / time.TotalSeconds:F1} MB/s" : "";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {time.TotalMilliseconds:F0} ms{rate}"));
    }
}
