using System.Runtime.InteropServices;
using MegatronBridge.Cli.Output;

namespace MegatronBridge.Cli;

/// <summary>
/// Turns Ctrl-C, SIGTERM and a closed terminal into a cancellation, so that unfinished output is removed. The second
/// signal ends the process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly Terminal _terminal;

    public Interruption(Terminal terminal)
    {
        _terminal = terminal;
        PosixSignal[] signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];
        _registrations = Array.ConvertAll(signals, signal => PosixSignalRegistration.Create(signal, Handle));
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(_registrations, registration => registration.Dispose());
        _source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        if (_source.IsCancellationRequested)
        {
            return;
        }

        context.Cancel = true;
        if (_terminal.ShowsProgress)
        {
            _terminal.Error.WriteLine("\nStopping and removing what is unfinished; once more stops at once.");
        }

        _source.Cancel();
    }
}
