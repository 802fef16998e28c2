using MegatronBridge.Storage.Files;

namespace MegatronBridge.Tools;

/// <summary>What all tools that write a Hugging Face model have in common.</summary>
public sealed record ToolOptions
{
    /// <summary>Folder of the model to make.</summary>
    public required string HfPath { get; init; }

    /// <summary>Largest size of a file in bytes; null for the files that the original has, or one of the usual size.</summary>
    public long? MaxShardBytes { get; init; }

    /// <summary>Whether a model that a conversion made before is replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Workers and memory.</summary>
    public TransferOptions Transfer { get; init; } = TransferOptions.Default;
}
