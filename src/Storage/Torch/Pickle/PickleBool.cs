namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>A Python <c>bool</c>.</summary>
public sealed class PickleBool : PickleValue
{
    private static readonly PickleBool True = new(true);
    private static readonly PickleBool False = new(false);

    private PickleBool(bool value) => Value = value;

    /// <summary>The truth value.</summary>
    public bool Value { get; }

    /// <summary>One of the two.</summary>
    public static PickleBool Of(bool value) => value ? True : False;
}
