namespace MegatronBridge;

/// <summary>Model, mapping and weights do not fit each other. Holds all the misfits, not the first.</summary>
public sealed class MappingException : Exception
{
    private const int Shown = 20;

    /// <summary>Says what does not fit.</summary>
    public MappingException(string summary, IReadOnlyList<string> faults)
        : base(Describe(summary, faults))
    {
        Faults = faults;
    }

    /// <summary>One sentence for each misfit, with names and numbers.</summary>
    public IReadOnlyList<string> Faults { get; }

    private static string Describe(string summary, IReadOnlyList<string> faults)
    {
        IEnumerable<string> lines = faults.Take(Shown).Select(fault => "  " + fault);
        string more = faults.Count > Shown ? $"\n  ... and {faults.Count - Shown} more" : "";
        return $"{summary} ({faults.Count}):\n{string.Join('\n', lines)}{more}";
    }
}
