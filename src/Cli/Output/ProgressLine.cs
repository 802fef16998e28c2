using System.Diagnostics;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Cli.Output;

/// <summary>One line on the screen that tells how far the work is; nothing when there is no screen. Gone when disposed.</summary>
internal sealed class ProgressLine : IProgress<TransferProgress>, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Terminal _terminal;
    private readonly string _label;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Lock _gate = new();
    private readonly Timer? _timer;
    private TransferProgress? _latest;
    private int _shown; // characters on the screen

    public ProgressLine(Terminal terminal, string label)
    {
        _terminal = terminal;
        _label = label;
        _timer = terminal.ShowsProgress ? new(_ => Draw(), null, Interval, Interval) : null;
    }

    /// <summary>Takes the latest state; the screen is served by a timer, so that workers never wait for it.</summary>
    public void Report(TransferProgress value)
    {
        lock (_gate)
        {
            _latest = value;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer?.Dispose();
        lock (_gate)
        {
            _latest = null;
            Show("");
        }
    }

    /// <summary>For example <c>import  1.20 GB of 2.47 GB   48 %   1.92 GB/s   0:01 left</c>.</summary>
    public static string Describe(string label, TransferProgress progress, TimeSpan elapsed)
    {
        double share = progress.TotalBytes == 0 ? 1 : (double)progress.DoneBytes / progress.TotalBytes;
        string line =
            $"{label}  {ByteSize.Format(progress.DoneBytes)} of {ByteSize.Format(progress.TotalBytes)}  {share * 100, 3:F0} %";
        if (progress.DoneBytes == 0 || elapsed < Interval)
        {
            return line;
        }

        double rate = progress.DoneBytes / elapsed.TotalSeconds;
        double left = Math.Ceiling((progress.TotalBytes - progress.DoneBytes) / rate);
        return $"{line}  {ByteSize.Format((long)rate)}/s  {Time(left)} left";
    }

    private static string Time(double seconds)
    {
        TimeSpan time = TimeSpan.FromSeconds(Math.Min(seconds, 359_999));
        return time.TotalHours >= 1 ? $"{(int)time.TotalHours}:{time:mm\\:ss}" : $"{time.Minutes}:{time:ss}";
    }

    private void Draw()
    {
        lock (_gate)
        {
            if (_latest is { } progress)
            {
                Show(Describe(_label, progress, Stopwatch.GetElapsedTime(_start)));
            }
        }
    }

    private void Show(string line)
    {
        if (_shown > 0 || line.Length > 0)
        {
            _terminal.Error.Write($"\r{line.PadRight(_shown)}{(line.Length == 0 ? "\r" : "")}");
            _shown = line.Length;
        }
    }
}
