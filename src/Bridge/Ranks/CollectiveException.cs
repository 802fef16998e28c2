namespace MegatronBridge.Ranks;

/// <summary>
/// Ranks that should have acted together did not: they called different operations, or with different sizes, or one of them
/// ended. The message says which rank did what.
/// </summary>
public sealed class CollectiveException(string message) : Exception(message);
