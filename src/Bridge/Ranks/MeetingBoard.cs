namespace MegatronBridge.Ranks;

/// <summary>
/// Where the threads of a group meet: each writes down what it calls and where its buffers are, waits for the others, and reads
/// what they wrote.
/// </summary>
internal sealed class MeetingBoard(IReadOnlyList<int> ranks)
{
    private const int Spins = 40;
    private readonly object _lock = new();
    private readonly CollectiveCall[] _calls = new CollectiveCall[ranks.Count];
    private readonly nint[] _buffers = new nint[ranks.Count];
    private readonly nint[] _lengths = new nint[ranks.Count];
    private readonly Dictionary<(int From, int To), Queue<byte[]>> _messages = [];
    private readonly Dictionary<int, string> _left = []; // members, by place, that are no more
    private volatile int _meeting;
    private int _present;

    /// <summary>The buffer that a member has written down.</summary>
    public unsafe byte* Buffer(int place) => (byte*)_buffers[place];

    /// <summary>The lengths of the parts of that buffer.</summary>
    public unsafe int* Lengths(int place) => (int*)_lengths[place];

    /// <summary>Writes down what a member calls, waits for the others, and checks that they call the same.</summary>
    /// <exception cref="CollectiveException">They do not, or one of them has ended.</exception>
    public unsafe void Meet(int place, CollectiveCall call, byte* buffer, int* lengths = null)
    {
        _calls[place] = call;
        _buffers[place] = (nint)buffer;
        _lengths[place] = (nint)lengths;
        Wait(call.Name);
        if (Array.TrueForAll(_calls, other => other == call))
        {
            return;
        }

        string calls = string.Join(", ", ranks.Select((rank, i) => $"rank {rank} {_calls[i]}"));
        throw new CollectiveException($"The ranks of a group call different operations: {calls}.");
    }

    /// <summary>Waits until all members wait.</summary>
    /// <exception cref="CollectiveException">One of them has ended.</exception>
    public void Wait(string what)
    {
        int meeting;
        lock (_lock)
        {
            ThrowIfAnyLeft(what);
            meeting = _meeting;
            if (++_present == ranks.Count)
            {
                _present = 0;
                _meeting = meeting + 1;
                Monitor.PulseAll(_lock);
                return;
            }
        }

        SpinWait spin = default;
        while (_meeting == meeting && spin.Count < Spins && Environment.ProcessorCount >= ranks.Count)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        lock (_lock)
        {
            while (_meeting == meeting)
            {
                ThrowIfAnyLeft(what);
                Monitor.Wait(_lock);
            }
        }
    }

    /// <summary>Leaves a message for another member.</summary>
    public void Send(int from, int to, ReadOnlySpan<byte> data)
    {
        byte[] message = data.ToArray();
        lock (_lock)
        {
            QueueOf(from, to).Enqueue(message);
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Takes the oldest message of another member, waiting for it.</summary>
    /// <exception cref="CollectiveException">The other has ended.</exception>
    public byte[] Receive(int from, int to)
    {
        lock (_lock)
        {
            Queue<byte[]> messages = QueueOf(from, to);
            while (messages.Count == 0)
            {
                if (_left.TryGetValue(from, out string? end))
                {
                    throw new CollectiveException($"Rank {ranks[to]} waits for a message, but {end}.");
                }

                Monitor.Wait(_lock);
            }

            return messages.Dequeue();
        }
    }

    /// <summary>Says that a rank will not come any more, and why; nothing happens if it is no member.</summary>
    public void Leave(int rank, string end)
    {
        lock (_lock)
        {
            int place = Enumerable.Range(0, ranks.Count).FirstOrDefault(i => ranks[i] == rank, -1);
            if (place >= 0)
            {
                _left[place] = end;
                Monitor.PulseAll(_lock);
            }
        }
    }

    private void ThrowIfAnyLeft(string what)
    {
        if (_left.Count > 0)
        {
            throw new CollectiveException(
                $"Ranks {string.Join(", ", ranks)} meet for {what}, but {_left.MinBy(member => member.Key).Value}."
            );
        }
    }

    private Queue<byte[]> QueueOf(int from, int to)
    {
        if (!_messages.TryGetValue((from, to), out Queue<byte[]>? queue))
        {
            _messages.Add((from, to), queue = new());
        }

        return queue;
    }
}
