namespace MegatronBridge.Cpu.Generation;

/// <summary>Looks for stop strings in text that comes in pieces. What may be the beginning of one is held back until that is known.</summary>
internal sealed class StopText(IReadOnlyList<string> stops)
{
    private string _held = "";

    /// <summary>True when a stop string was found; nothing comes behind it.</summary>
    public bool IsFound { get; private set; }

    /// <summary>Takes a piece and gives what is certain to be none of a stop string.</summary>
    public string Add(string piece)
    {
        string text = _held + piece;
        int found = stops
            .Select(stop => text.IndexOf(stop, StringComparison.Ordinal))
            .Where(index => index >= 0)
            .DefaultIfEmpty(-1)
            .Min();
        if (found >= 0)
        {
            IsFound = true;
            _held = "";
            return text[..found];
        }

        int certain = text.Length - stops.Select(stop => Beginning(text, stop)).DefaultIfEmpty(0).Max();
        _held = text[certain..];
        return text[..certain];
    }

    /// <summary>What was held back, when nothing more comes.</summary>
    public string Finish() => _held;

    /// <summary>How much of the end of a text is the beginning of a stop string.</summary>
    private static int Beginning(string text, string stop)
    {
        int length = Math.Min(text.Length, stop.Length - 1);
        while (length > 0 && !text.AsSpan().EndsWith(stop.AsSpan(0, length), StringComparison.Ordinal))
        {
            length--;
        }

        return length;
    }
}
