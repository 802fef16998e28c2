using System.Diagnostics;
using System.Text.Json;

namespace MegatronBridge.Conformance;

/// <summary>The command <c>megatron-bridge</c>, as users run it.</summary>
internal static class Command
{
    /// <summary>Runs it with <c>--json</c>, expects success, and returns the report.</summary>
    public static JsonElement Run(params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "megatron-bridge"))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments.Append("--json"))
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string report = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(
            process.ExitCode == 0,
            $"megatron-bridge {string.Join(' ', arguments)} ended with {process.ExitCode}.\n{report}\n{errors.Result}"
        );
        return JsonElement.Parse(report);
    }
}
