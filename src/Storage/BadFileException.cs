namespace MegatronBridge.Storage;

/// <summary>
/// A file or folder cannot be used: it breaks a rule of its format, or the system refuses it. The message names the place,
/// the reason and the way out.
/// </summary>
public sealed class BadFileException : Exception
{
    /// <summary>Says what is wrong with the file at <paramref name="path"/>.</summary>
    public BadFileException(string path, string fault, Exception? inner = null)
        : base($"{path}: {fault}", inner)
    {
        Path = path;
        Fault = fault;
    }

    /// <summary>The file or folder.</summary>
    public string Path { get; }

    /// <summary>The rule that is broken, with the numbers found.</summary>
    public string Fault { get; }
}
