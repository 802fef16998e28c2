using System.Diagnostics;

namespace MegatronBridge.Tests.Docs.Examples;

/// <summary>A script that has run.</summary>
internal sealed record Bash(int ExitCode, string Out, string Error)
{
    /// <summary>
    /// Runs a script in <paramref name="folder"/>, without a network for models, with <paramref name="commands"/> before all others in the
    /// path.
    /// </summary>
    public static Bash Run(
        string script,
        string folder,
        string commands,
        IEnumerable<KeyValuePair<string, string>> variables,
        params IEnumerable<string> arguments
    )
    {
        ProcessStartInfo start = new("bash")
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(script);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (string own in (string[])["MODEL", "WORK", "PROMPT", "TOKENS", "CONTAINER_IMAGE", "CONTAINER_MOUNTS"])
        {
            start.Environment.Remove(own);
        }

        start.Environment["PATH"] = $"{commands}{Path.PathSeparator}{start.Environment["PATH"]}";
        start.Environment["HF_HUB_OFFLINE"] = "1";
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, error.Result);
    }
}
