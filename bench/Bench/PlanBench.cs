using System.Diagnostics;
using System.Globalization;

namespace MegatronBridge.Bench;

/// <summary>Times the published command while it plans an import and writes nothing: headers of a large model, each time a whole process.</summary>
internal static class PlanBench
{
    public static void Run(string command, string folder, string size, int rounds)
    {
        if (!Directory.Exists(folder))
        {
            BenchModel.MakeHollow(folder, size);
        }

        foreach (
            string[] layout in (string[][])
                [
                    [],
                    ["--tp", "2", "--pp", "8", "--ep", "8", "--etp", "1", "--set", Stages],
                ]
        )
        {
            List<double> seconds = [];
            for (int round = 0; round < rounds; round++)
            {
                string[] arguments =
                [
                    "import",
                    "--hf-model",
                    folder,
                    "--megatron-path",
                    $"{folder}-megatron",
                    "--dry-run",
                    "--json",
                ];
                ProcessStartInfo start = new(command, [.. arguments, .. layout])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    UseShellExecute = false,
                };
                long begin = Stopwatch.GetTimestamp();
                using Process process = Process.Start(start)!;
                Task<string> output = process.StandardOutput.ReadToEndAsync();
                Task<string> errors = process.StandardError.ReadToEndAsync();
                process.WaitForExit();
                seconds.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
                if (process.ExitCode != 0)
                {
                    throw new InvalidOperationException($"The plan ended with {process.ExitCode}: {errors.Result}");
                }
            }

            string times = string.Join(" ", seconds.Select(each => each.ToString("F2", CultureInfo.InvariantCulture)));
            string name = layout.Length == 0 ? "one rank" : string.Join(' ', layout[..^2]);
            Console.WriteLine(
                $"plan of {size}, {name, -28} median {seconds.Order().ElementAt(rounds / 2):F2} s  ({times})"
            );
        }
    }

    // 61 layers do not divide over 8 stages.
    private const string Stages = "num_layers_in_last_pipeline_stage=5";
}
