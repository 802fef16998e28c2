using System.Runtime.ExceptionServices;

namespace MegatronBridge.Storage.Files;

/// <summary>A few threads, each with one buffer of its own, that take work from one queue in order.</summary>
internal static class BufferedWorkers
{
    /// <summary>
    /// Performs all of <paramref name="work"/>, which is enumerated by one thread at a time. The first fault stops the
    /// others after the piece in hand and is thrown.
    /// </summary>
    public static async Task RunAsync<T>(
        IEnumerable<T> work,
        int workers,
        int bufferBytes,
        Action<T, Span<byte>> perform,
        CancellationToken cancellation
    )
    {
        using IEnumerator<T> queue = work.GetEnumerator();
        Lock gate = new();
        Exception? fault = null;

        void Work()
        {
            try
            {
                using AlignedBuffer buffer = new(bufferBytes);
                while (TryTake(out T? item))
                {
                    perform(item, buffer.Span);
                }
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref fault, e, null);
            }
        }

        bool TryTake([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T item)
        {
            lock (gate)
            {
                cancellation.ThrowIfCancellationRequested();
                bool taken = Volatile.Read(ref fault) is null && queue.MoveNext();
                item = taken ? queue.Current : default;
                return taken;
            }
        }

        Task[] tasks = new Task[workers];
        for (int i = 0; i < workers; i++)
        {
            tasks[i] = Task.Factory.StartNew(
                Work,
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            );
        }

        await Task.WhenAll(tasks).ConfigureAwait(false);
        if (fault is not null)
        {
            ExceptionDispatchInfo.Throw(fault);
        }
    }
}
