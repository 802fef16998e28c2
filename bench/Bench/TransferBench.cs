using System.Diagnostics;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Bench;

/// <summary>
/// Copies files tensor by tensor through the transfer engine, beside <c>cp</c> of the same files followed by
/// <c>sync</c>; page cache warm, methods in turn, medians.
/// </summary>
internal static class TransferBench
{
    private const int FileCount = 3;
    private const long FileBytes = 850_000_000;
    private const long TensorBytes = 16 << 20;

    public static async Task RunAsync(string folder, int rounds, IReadOnlyList<(int Workers, int BufferBytes)> settings)
    {
        string source = Path.Combine(folder, "source");
        string copy = Path.Combine(folder, "copy");
        MakeFiles(source);

        Dictionary<string, List<double>> seconds = [];
        for (int round = 0; round < rounds; round++)
        {
            Measure("cp + sync", seconds, copy, () => Shell($"cp -r {source} {copy} && sync"));
            foreach ((int workers, int bufferBytes) in settings)
            {
                TransferOptions options = new() { Workers = workers, BufferBytes = bufferBytes };
                foreach (bool crc in (ReadOnlySpan<bool>)[false, true])
                {
                    string name = $"{workers} x {bufferBytes >> 20} MB{(crc ? ", CRC" : "")}";
                    Measure(name, seconds, copy, () => Transfer(source, copy, options, crc));
                }
            }
        }

        double baseline = Median(seconds["cp + sync"]);
        foreach ((string name, List<double> times) in seconds)
        {
            double median = Median(times);
            Console.WriteLine(
                $"{name, -20}{median, 7:F2} s  {median / baseline, 5:F2} x  best {times.Min(), 6:F2}  {FileCount * FileBytes / median / 1e9:F2} GB/s"
            );
        }

        Console.WriteLine($"peak working set {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB");
        Directory.Delete(source, recursive: true);
    }

    private static void Transfer(string source, string copy, TransferOptions options, bool crc)
    {
        Directory.CreateDirectory(copy);
        List<InputFile> inputs = [.. Directory.GetFiles(source).Order(StringComparer.Ordinal).Select(InputFile.Open)];
        List<FileLayout> layouts = [.. inputs.Select(input => new CopyLayout(input, TensorBytes, crc))];
        TransferEngine.RunAsync(layouts, copy, options).GetAwaiter().GetResult();
        inputs.ForEach(input => input.Dispose());
    }

    private static void Measure(string name, Dictionary<string, List<double>> seconds, string copy, Action action)
    {
        Shell("sync");
        long start = Stopwatch.GetTimestamp();
        action();
        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        seconds.TryAdd(name, []);
        seconds[name].Add(elapsed);
        Console.Error.WriteLine($"{name, -20}{elapsed, 7:F2} s");
        Directory.Delete(copy, recursive: true);
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private static void Shell(string command)
    {
        using Process process = Process.Start("/bin/sh", ["-c", command]);
        process.WaitForExit();
    }

    private static void MakeFiles(string folder)
    {
        Directory.CreateDirectory(folder);
        byte[] noise = new byte[10_000_000];
        Random random = new(1);
        for (int i = 0; i < FileCount; i++)
        {
            using FileStream file = File.Create(Path.Combine(folder, $"{i}.bin"));
            for (long written = 0; written < FileBytes; written += noise.Length)
            {
                random.NextBytes(noise);
                file.Write(noise);
            }
        }
    }

    /// <summary>A file as a header of 8 bytes and tensors without gaps, the way a safetensors file is.</summary>
    private sealed class CopyLayout : FileLayout
    {
        private readonly InputFile _input;

        [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
        public CopyLayout(InputFile input, long tensorBytes, bool crc)
        {
            Name = Path.GetFileName(input.Path);
            _input = input;
            NeedsCrc = crc;
            List<Placement> placements = [];
            for (long position = 8; position < input.Length; position += tensorBytes)
            {
                long count = Math.Min(tensorBytes, input.Length - position);
                placements.Add(new(new FileView(DType.U8, [count], input, position), position));
            }

            Placements = placements;
        }

        public override long Length => _input.Length;

        public override IReadOnlyList<Placement> Placements { get; }

        public override bool NeedsCrc { get; }

        public override void Complete(OutputFile file, ReadOnlySpan<uint> crcs) => file.Write(0, _input.Read(0, 8));
    }
}
