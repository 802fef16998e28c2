namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>A Python <c>str</c>; may hold lone surrogates, as Python's may.</summary>
public sealed class PickleText(string value) : PickleValue
{
    /// <summary>The characters.</summary>
    public string Value { get; } = value;
}
