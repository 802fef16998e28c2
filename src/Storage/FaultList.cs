namespace MegatronBridge.Storage;

/// <summary>Gathers everything that is wrong with a file or folder, so that it is told at once.</summary>
internal sealed class FaultList(string path)
{
    private const int MostTold = 20;

    private readonly List<string> _told = [];
    private int _count;

    /// <summary>Notes a fault: a sentence without its full stop.</summary>
    public void Add(string fault)
    {
        _count++;
        if (_told.Count < MostTold)
        {
            _told.Add(fault);
        }
    }

    /// <summary>Throws one exception for all faults, if there are any.</summary>
    public void ThrowIfAny()
    {
        if (_count == 1)
        {
            throw new BadFileException(path, _told[0] + ".");
        }

        if (_count > 1)
        {
            string rest = _count > MostTold ? $"\n  and {_count - MostTold} more" : "";
            throw new BadFileException(path, $"{_count} faults:\n  {string.Join("\n  ", _told)}{rest}");
        }
    }
}
