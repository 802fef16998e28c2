using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>Which Megatron adapter becomes a folder of the library peft, and how.</summary>
public sealed record AdapterExportOptions
{
    /// <summary>The checkpoint of adapters: its root folder, or one iteration of it.</summary>
    public required string MegatronPath { get; init; }

    /// <summary>The folder that is to be made.</summary>
    public required string HfPath { get; init; }

    /// <summary>The Hugging Face model that is adapted, where the checkpoint does not tell its family; or null.</summary>
    public string? HfModel { get; init; }

    /// <summary>What the folder names as its base, or null for what the checkpoint names.</summary>
    public string? BaseName { get; init; }

    /// <summary>Type of the tensors, or null to keep each as it is.</summary>
    public DType? TargetDType { get; init; }

    /// <summary>
    /// True to adapt the parameters that transformers 5 packs all experts of a layer into, where the model has a tensor for each expert;
    /// false for a pair of matrices for each expert, as upstream has it.
    /// </summary>
    public bool PackExperts { get; init; }

    /// <summary>True to replace such a folder.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Threads and memory.</summary>
    public TransferOptions Transfer { get; init; } = TransferOptions.Default;
}
