namespace MegatronBridge.Config;

/// <summary>Settings of a model are missing, unknown, of the wrong kind, or contradict each other. The message has all faults.</summary>
public sealed class InvalidConfigException : Exception
{
    /// <summary>One fault.</summary>
    public InvalidConfigException(string fault)
        : base(fault)
    {
        Faults = [fault];
    }

    /// <summary>Several faults.</summary>
    public InvalidConfigException(IReadOnlyList<string> faults)
        : base(string.Join(" ", faults))
    {
        Faults = faults;
    }

    /// <summary>What is wrong, one sentence or two each.</summary>
    public IReadOnlyList<string> Faults { get; }
}
