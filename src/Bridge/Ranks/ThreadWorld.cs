using System.Runtime.ExceptionServices;

namespace MegatronBridge.Ranks;

/// <summary>Ranks that are threads of one process: the threads, and where they meet.</summary>
internal sealed class ThreadWorld(int size)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, MeetingBoard> _boards = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, string> _ended = []; // what became of each rank that is no more

    /// <summary>Number of ranks.</summary>
    public int Size { get; } = size;

    /// <summary>Where the members of a group meet.</summary>
    public MeetingBoard BoardOf(IReadOnlyList<int> ranks)
    {
        string key = string.Join(",", ranks);
        lock (_lock)
        {
            if (!_boards.TryGetValue(key, out MeetingBoard? board))
            {
                _boards.Add(key, board = new(ranks));
                foreach ((int rank, string end) in _ended)
                {
                    board.Leave(rank, end);
                }
            }

            return board;
        }
    }

    /// <summary>Runs all ranks, waits for them, and gives what they returned.</summary>
    public IReadOnlyList<T> Run<T>(Func<RankWorld, T> body)
    {
        T[] results = new T[Size];
        Exception?[] failures = new Exception?[Size];
        Thread[] threads = [.. Enumerable.Range(0, Size).Select(rank => new Thread(() => RunRank(rank)))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        // A rank that only lost its partners tells less than the one that was lost.
        Exception? failure =
            Array.Find(failures, failure => failure is not (null or CollectiveException))
            ?? Array.Find(failures, failure => failure is not null);
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return results;

        void RunRank(int rank)
        {
            string end = $"rank {rank} has ended";
            try
            {
                results[rank] = body(new ThreadRank(this, rank));
            }
            catch (Exception exception) // whatever it is, it is thrown again by the thread that waits
            {
                failures[rank] = exception;
                end = $"rank {rank} failed: {exception.Message}";
            }

            End(rank, end);
        }
    }

    private void End(int rank, string end)
    {
        lock (_lock)
        {
            _ended.Add(rank, end);
            foreach (MeetingBoard board in _boards.Values)
            {
                board.Leave(rank, end);
            }
        }
    }
}
