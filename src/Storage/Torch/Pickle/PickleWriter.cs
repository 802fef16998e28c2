namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>Writes pickles byte for byte as CPython's pickler writes the same graph of values.</summary>
public static class PickleWriter
{
    /// <summary>The protocol of <c>torch.save</c>, and the newest that its restricted reader knows.</summary>
    public const int TorchProtocol = 2;

    /// <summary>Pickles <paramref name="value"/>; a value that is met again is written as a reference to the first time.</summary>
    /// <param name="value">The root of the graph.</param>
    /// <param name="protocol">2 to 5.</param>
    /// <exception cref="ArgumentException">The graph nests too deep, or needs a newer protocol.</exception>
    public static byte[] Write(PickleValue value, int protocol = TorchProtocol) => Write(value, protocol, null);

    /// <summary>The same, but each value for which <paramref name="replace"/> gives another one is written as that.</summary>
    internal static byte[] Write(PickleValue value, int protocol, Func<PickleValue, PickleValue?>? replace)
    {
        if (protocol is < 2 or > 5)
        {
            throw new ArgumentOutOfRangeException(nameof(protocol), protocol, "Protocols 2 to 5 can be written.");
        }

        return new Pickler(protocol, replace).Run(value);
    }
}
