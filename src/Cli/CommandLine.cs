using System.CommandLine;
using MegatronBridge.Cli.Errors;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Verbs;

namespace MegatronBridge.Cli;

/// <summary>The whole command: parses arguments, runs the verb, prints its report or what went wrong.</summary>
internal static class CommandLine
{
    /// <summary>Name of the command.</summary>
    public const string Name = "megatron-bridge";

    private static readonly ParserConfiguration Configuration = new()
    {
        EnablePosixBundling = false, // -tp is an alias of upstream, not -t -p
        ResponseFileTokenReplacer = null, // a path may begin with @
    };

    /// <summary>Runs the command and returns its exit code.</summary>
    public static async Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken cancellation)
    {
        bool asJson = args.Contains("--json");
        try
        {
            Root root = new();
            ParseResult parsed = root.Parse(args, Configuration);
            Report report = root.Information(parsed) ?? await RunVerbAsync(parsed, terminal, cancellation);
            report.Print(terminal, asJson);
            return (int)report.ExitCode;
        }
        catch (Exception e)
        {
            Fault fault = Fault.Of(e, cancellation);
            fault.Print(terminal, asJson);
            return (int)fault.ExitCode;
        }
    }

    private static Task<Report> RunVerbAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        UsageException.ThrowIfWrong(parsed);
        return ((Verb)parsed.CommandResult.Command).RunAsync(parsed, terminal, cancellation);
    }
}
