namespace MegatronBridge;

/// <summary>A model, or something in its config, that this software does not know how to convert.</summary>
public sealed class UnsupportedModelException(string message) : Exception(message);
