using System.Diagnostics;
using System.Globalization;

namespace MegatronBridge.Bench;

/// <summary>
/// Times the published command: import and export of a model, each as a whole process, beside <c>cp</c> of the model's
/// files followed by <c>sync</c>. Page cache warm, the three in turn, medians.
/// </summary>
internal static class ConversionBench
{
    public static void Run(string command, string model, string folder, int rounds)
    {
        string copy = Path.Combine(folder, "copy");
        string megatron = Path.Combine(folder, "megatron");
        string hf = Path.Combine(folder, "hf");
        Directory.CreateDirectory(folder);
        Dictionary<string, List<Measurement>> all = [];
        Measure(all, "warm-up", "/bin/sh", "-c", $"cat {model}/* > /dev/null");
        for (int round = 0; round < rounds; round++)
        {
            Clear(copy, megatron, hf);
            Measure(all, "cp + sync", "/bin/sh", "-c", $"cp -r {model} {copy} && sync");
            Clear(copy);
            Measure(all, "import", command, "import", "--hf-model", model, "--megatron-path", megatron);
            Measure(
                all,
                "export",
                command,
                "export",
                "--megatron-path",
                megatron,
                "--hf-path",
                hf,
                "--hf-model",
                model
            );
        }

        Clear(megatron, hf);
        double baseline = Median(all["cp + sync"]);
        foreach ((string name, List<Measurement> found) in all.Skip(1))
        {
            double median = Median(found);
            string times = string.Join(
                " ",
                found.Select(each => each.Seconds.ToString("F2", CultureInfo.InvariantCulture))
            );
            Console.WriteLine(
                $"{name, -10} median {median, 6:F2} s  {median / baseline, 5:F2} x cp  CPU {found.Average(each => each.CpuSeconds), 6:F2} s  "
                    + $"peak {found.Max(each => each.PeakBytes) / 1e6, 6:F0} MB  ({times})"
            );
        }
    }

    private static void Measure(
        Dictionary<string, List<Measurement>> all,
        string name,
        string command,
        params string[] arguments
    )
    {
        TouchFreeMemory();
        ProcessStartInfo start = new(command, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        long begin = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        long peak = 0;
        double cpu = 0;
        while (!process.WaitForExit(5))
        {
            peak = Math.Max(peak, PeakBytes(process.Id));
            cpu = Math.Max(cpu, CpuSeconds(process.Id));
        }

        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"{name} ended with {process.ExitCode}: {output.Result}{errors.Result}"
            );
        }

        if (!all.TryGetValue(name, out List<Measurement>? found))
        {
            all.Add(name, found = []);
        }

        found.Add(new(seconds, cpu, peak));
    }

    /// <summary>
    /// Gives every measurement the same start. In a virtual machine a page that was free for a while costs several times more
    /// than one just freed, because the host must find it anew; so as many pages as an output needs are used and freed first.
    /// </summary>
    private static void TouchFreeMemory() =>
        Process
            .Start(
                "/bin/sh",
                ["-c", "head -c 3G /dev/zero > /dev/shm/megatron-bridge-bench; rm /dev/shm/megatron-bridge-bench; sync"]
            )
            .WaitForExit();

    /// <summary>The kernel's own record of the largest resident memory; it only rises, so the last reading counts.</summary>
    private static long PeakBytes(int process)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{process}/status")
                .FirstOrDefault(entry => entry.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null
                ? 0
                : 1024
                    * long.Parse(
                        line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
                        CultureInfo.InvariantCulture
                    );
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>Time on the processors so far, that of ended children included: fields 14 to 17, in hundredths of a second.</summary>
    private static double CpuSeconds(int process)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)) / 100.0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static void Clear(params string[] folders)
    {
        foreach (string folder in folders.Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Median(IEnumerable<Measurement> found) =>
        found.Select(each => each.Seconds).Order().ElementAt(found.Count() / 2);

    private sealed record Measurement(double Seconds, double CpuSeconds, long PeakBytes);
}
