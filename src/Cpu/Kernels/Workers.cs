using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cpu.Kernels;

/// <summary>
/// Threads that share one job at a time with the thread that has it. Nothing is allocated for a job: a model has hundreds of them for
/// each token.
/// </summary>
internal sealed unsafe class Workers : IDisposable
{
    // A job follows the one before within microseconds; a thread that sleeps needs longer to wake up.
    private const int Spins = 4000;

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim[] _wake;
    private readonly int[] _sleeps; // of each thread: 1 when it waits at its semaphore, or is about to
    private delegate* <void*, int, int, void> _run;
    private void* _job;
    private int _count;
    private int _grain;
    private int _next; // first item that nobody has
    private int _busy; // threads that have not finished the job
    private int _number; // of the job
    private Exception? _fault;
    private volatile bool _isDisposed;

    /// <summary>Makes a team of <paramref name="threads"/>, the one that calls counted.</summary>
    public Workers(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _threads = new Thread[threads - 1];
        _wake = new SemaphoreSlim[threads - 1];
        _sleeps = new int[threads - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int index = i;
            _wake[i] = new(0);
            _threads[i] = new(() => Work(index)) { IsBackground = true, Name = "forward" };
            _threads[i].Start();
        }
    }

    /// <summary>Number of threads, the one that calls counted.</summary>
    public int Count => _threads.Length + 1;

    /// <summary>Runs a job of <paramref name="count"/> items, which are handed out <paramref name="grain"/> at a time.</summary>
    public void Run<T>(int count, int grain, T job)
        where T : unmanaged, IJob
    {
        if (_threads.Length == 0 || count <= grain)
        {
            job.Run(0, count);
            return;
        }

        _run = &Invoke<T>;
        _job = &job;
        _count = count;
        _grain = grain;
        _next = 0;
        Volatile.Write(ref _busy, _threads.Length);
        Interlocked.Increment(ref _number);
        for (int i = 0; i < _threads.Length; i++)
        {
            if (Interlocked.Exchange(ref _sleeps[i], 0) == 1)
            {
                _wake[i].Release();
            }
        }

        ShareOrKeepFault(); // the others still need the job
        SpinWait spin = default;
        while (Volatile.Read(ref _busy) > 0)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        if (_fault is { } fault)
        {
            _fault = null;
            throw new InvalidOperationException("A kernel failed.", fault);
        }
    }

    /// <summary>The same for a job on elements of a type.</summary>
    public void Run<T>(int count, int grain, DType dtype, T job)
        where T : unmanaged, IElementJob => Run(count, grain, new ElementJob<T>(dtype, job));

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        Interlocked.Increment(ref _number);
        foreach (SemaphoreSlim wake in _wake)
        {
            wake.Release();
        }

        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        foreach (SemaphoreSlim wake in _wake)
        {
            wake.Dispose();
        }
    }

    private static void Invoke<T>(void* job, int begin, int end)
        where T : unmanaged, IJob => ((T*)job)->Run(begin, end);

    private void Work(int index)
    {
        int seen = 0;
        while (true)
        {
            WaitForJob(index, seen);
            if (_isDisposed)
            {
                return;
            }

            seen = Volatile.Read(ref _number);
            ShareOrKeepFault();
            Interlocked.Decrement(ref _busy);
        }
    }

    private void WaitForJob(int index, int seen)
    {
        for (int i = 0; i < Spins; i++)
        {
            if (Volatile.Read(ref _number) != seen)
            {
                return;
            }

            Thread.SpinWait(8);
        }

        Interlocked.Exchange(ref _sleeps[index], 1);
        if (Volatile.Read(ref _number) != seen && Interlocked.Exchange(ref _sleeps[index], 0) == 1)
        {
            return; // it came just before, and nobody will wake this thread
        }

        _wake[index].Wait();
    }

    private void ShareOrKeepFault()
    {
        try
        {
            Share();
        }
        catch (Exception e)
        {
            _fault = e;
        }
    }

    private void Share()
    {
        while (true)
        {
            int begin = Interlocked.Add(ref _next, _grain) - _grain;
            if (begin >= _count)
            {
                return;
            }

            _run(_job, begin, Math.Min(begin + _grain, _count));
        }
    }
}
