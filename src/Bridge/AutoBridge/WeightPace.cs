using MegatronBridge.Ranks;

namespace MegatronBridge;

/// <summary>Keeps the ranks that export weights together in step, so that one which stops early does not leave the others waiting.</summary>
internal sealed class WeightPace(ProcessGroup world, int? root)
{
    private const byte Goes = 1;
    private const byte Stops = 0;

    /// <summary>Says that this rank goes on, and hears what the others do.</summary>
    /// <returns>False when the rank that gets the weights has enough.</returns>
    /// <exception cref="CollectiveException">Ranks have stopped while this one goes on.</exception>
    public bool Next(string name)
    {
        byte[] all = Exchange(Goes);
        if (root is { } receiver && all[receiver] == Stops)
        {
            return false;
        }

        int[] stopped = [.. world.Ranks.Where((_, place) => all[place] == Stops)];
        return stopped.Length == 0
            ? true
            : throw new CollectiveException(
                $"The weights are exported by all ranks together, but {string.Join(", ", stopped.Select(rank => $"rank {rank}"))} stopped before {name}: "
                    + "every rank must go on as long as one gets weights."
            );
    }

    /// <summary>Says that this rank does not go on.</summary>
    public void Stop()
    {
        try
        {
            Exchange(Stops);
        }
        catch (CollectiveException) { } // the others have failed, and say so themselves
    }

    private byte[] Exchange(byte mine)
    {
        byte[] all = new byte[world.Size];
        world.AllGather([mine], all);
        return all;
    }
}
