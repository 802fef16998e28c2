using System.Text;

namespace MegatronBridge.Cli.Output;

/// <summary>Where the command writes: the result to one stream, progress and messages to the other.</summary>
internal sealed record Terminal
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Standard output: the result.</summary>
    public required Stream Out { get; init; }

    /// <summary>Standard error: progress and messages.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>True when <see cref="Error"/> is a screen on which a line can be written again and again.</summary>
    public bool ShowsProgress { get; init; }

    /// <summary>True when messages may be coloured.</summary>
    public bool UsesColor { get; init; }

    /// <summary>The variables of the environment.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The terminal of this process; <c>NO_COLOR</c>, <c>TERM=dumb</c> and <c>HF_HUB_DISABLE_PROGRESS_BARS</c> count.</summary>
    public static Terminal OfProcess()
    {
        bool isScreen = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return new()
        {
            Out = Console.OpenStandardOutput(),
            Error = new StreamWriter(Console.OpenStandardError(), Utf8) { AutoFlush = true },
            ShowsProgress = isScreen && !IsSet("HF_HUB_DISABLE_PROGRESS_BARS"),
            UsesColor = isScreen && !IsSet("NO_COLOR"),
        };
    }

    /// <summary>Standard output as text.</summary>
    public StreamWriter OpenText() => new(Out, Utf8, leaveOpen: true);

    private static bool IsSet(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } and not "0";
}
