using MegatronBridge.Hub;
using MegatronBridge.Layout;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>Which folder of the library peft becomes a Megatron checkpoint of adapters, and how.</summary>
public sealed record AdapterImportOptions
{
    /// <summary>The folder with <c>adapter_config.json</c>.</summary>
    public required string HfAdapter { get; init; }

    /// <summary>Folder of the checkpoint that is to be made.</summary>
    public required string MegatronPath { get; init; }

    /// <summary>
    /// The model that is adapted: a Hugging Face model, of which the config suffices, or a Megatron checkpoint. Null for the one that the
    /// adapter names, if that is at hand.
    /// </summary>
    public string? BaseModel { get; init; }

    /// <summary>Where the cache of the Hub is; null for where the environment says. Nothing is downloaded.</summary>
    public HubOptions? Hub { get; init; }

    /// <summary>The ranks that the checkpoint is cut for.</summary>
    public ParallelSizes Sizes { get; init; } = ParallelSizes.One;

    /// <summary>Type of the tensors, or null to keep each as it is.</summary>
    public DType? TargetDType { get; init; }

    /// <summary>True to replace such a checkpoint.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Threads and memory.</summary>
    public TransferOptions Transfer { get; init; } = TransferOptions.Default;
}
