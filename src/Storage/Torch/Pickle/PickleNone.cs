namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>Python's <c>None</c>.</summary>
public sealed class PickleNone : PickleValue
{
    private PickleNone() { }

    /// <summary>The only one.</summary>
    public static PickleNone Instance { get; } = new();
}
