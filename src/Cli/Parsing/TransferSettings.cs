using System.CommandLine;
using MegatronBridge.Cli.Output;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Cli.Parsing;

/// <summary>The options of all verbs that read or write much: threads, memory, progress.</summary>
internal sealed class TransferSettings
{
    private const long LeastMemory = 1 << 20;

    private readonly CountOption _threads = new(
        "--threads",
        $"Worker threads. Default {TransferOptions.Default.Workers}."
    );

    private readonly SizeOption _maxMemory = new(
        "--max-memory",
        $"Limit of all buffers together, such as 256MB. Default {ByteSize.Format(TransferOptions.Default.MaxMemoryBytes)}.",
        LeastMemory
    );

    private readonly FlagOption _noProgress = new("--no-progress", "Show no progress.");

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command verb)
    {
        verb.Options.Add(_threads);
        verb.Options.Add(_maxMemory);
        verb.Options.Add(_noProgress);
    }

    /// <summary>Threads and memory.</summary>
    public TransferOptions Read(ParseResult parsed) =>
        new()
        {
            Workers = parsed.GetValue(_threads) ?? TransferOptions.Default.Workers,
            MaxMemoryBytes = parsed.GetValue(_maxMemory) ?? TransferOptions.Default.MaxMemoryBytes,
        };

    /// <summary>Threads, if they were given.</summary>
    public int? ReadThreads(ParseResult parsed) => parsed.GetValue(_threads);

    /// <summary>Does one step with a line that shows how far it is.</summary>
    public async Task<T> RunAsync<T>(
        string label,
        Func<IProgress<TransferProgress>, CancellationToken, Task<T>> run,
        ParseResult parsed,
        Terminal terminal,
        CancellationToken cancellation
    )
    {
        using ProgressLine progress = new(
            parsed.GetValue(_noProgress) ? terminal with { ShowsProgress = false } : terminal,
            label
        );
        return await run(progress, cancellation);
    }
}
