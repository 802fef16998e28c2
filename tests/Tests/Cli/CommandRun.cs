using System.Text;
using System.Text.Json;
using MegatronBridge.Cli;
using MegatronBridge.Cli.Output;

namespace MegatronBridge.Tests.Cli;

/// <summary>One call of the command inside the test: arguments in; exit code, standard output and standard error out.</summary>
internal sealed record CommandRun(ExitCode ExitCode, string Out, string Error)
{
    /// <summary>Standard output as the one JSON document that it must be.</summary>
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    public static Task<CommandRun> OfAsync(params string[] args) => OfAsync(args, CancellationToken.None);

    public static Task<CommandRun> OfAsync(string[] args, CancellationToken cancellation) =>
        OfAsync(args, NoNetwork, cancellation);

    public static async Task<CommandRun> OfAsync(
        string[] args,
        Func<string, string?> variable,
        CancellationToken cancellation = default
    )
    {
        using MemoryStream output = new();
        using StringWriter error = new();
        Terminal terminal = new()
        {
            Out = output,
            Error = error,
            Variable = variable,
        };
        int exitCode = await CommandLine.RunAsync(args, terminal, cancellation);
        return new((ExitCode)exitCode, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    /// <summary>A call that must do its work without a word on standard error.</summary>
    public static async Task<CommandRun> DoneAsync(params string[] args)
    {
        CommandRun run = await OfAsync(args);
        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
        return run;
    }

    /// <summary>The environment of tests that are not about the Hub.</summary>
    private static string? NoNetwork(string variable) => variable == "HF_HUB_OFFLINE" ? "1" : null;
}
