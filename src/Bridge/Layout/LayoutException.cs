namespace MegatronBridge.Layout;

/// <summary>A model cannot be laid out over that many ranks. The message has the numbers that do not divide.</summary>
public sealed class LayoutException(string message) : Exception(message)
{
    /// <summary>Throws one exception for all <paramref name="faults"/>, if there are any.</summary>
    public static void ThrowIfAny(IReadOnlyCollection<string> faults)
    {
        if (faults.Count > 0)
        {
            throw new LayoutException("The layout does not fit the model: " + string.Join(" ", faults));
        }
    }
}
