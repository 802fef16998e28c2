using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Hub;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conversion;

/// <summary>What to export, where to, and how.</summary>
public sealed record ExportOptions
{
    /// <summary>The checkpoint: its root folder, or one iteration of it.</summary>
    public required string MegatronPath { get; init; }

    /// <summary>Folder of the Hugging Face model that is to be made.</summary>
    public required string HfPath { get; init; }

    /// <summary>
    /// Folder of the model that the checkpoint was once made of: its config, files and file names are taken over. Without it,
    /// the model that the checkpoint names is taken if its folder is there, or if it is in the cache of the Hub, else the config
    /// is made anew.
    /// </summary>
    public string? HfModel { get; init; }

    /// <summary>Where the cache of the Hub is; null for where the environment says. Nothing is downloaded.</summary>
    public HubOptions? Hub { get; init; }

    /// <summary>
    /// The config of that model, where only that is at hand: what the checkpoint does not say is taken from it. Not for use with
    /// <see cref="HfModel"/>, which has one.
    /// </summary>
    public HfConfig? HfConfig { get; init; }

    /// <summary>The family of the model; null for the one of <see cref="FamilyList"/> that the original, or the checkpoint, names.</summary>
    public Family? Family { get; init; }

    /// <summary>Type that floating-point tensors are cast to, or null to keep each as it is.</summary>
    public DType? TargetDType { get; init; }

    /// <summary>True to store as codes and scales again what the original model stores so.</summary>
    public bool Quantize { get; init; }

    /// <summary>Largest size of a file in bytes, where there is no model whose files are taken over.</summary>
    public long MaxShardBytes { get; init; } = Storage.Safetensors.ShardPlan.HuggingFaceHubLimit;

    /// <summary>True to replace a Hugging Face model that is already there.</summary>
    public bool Overwrite { get; init; }

    /// <summary>True to refuse what would otherwise be ignored and reported.</summary>
    public bool Strict { get; init; }

    /// <summary>Threads and memory.</summary>
    public TransferOptions Transfer { get; init; } = TransferOptions.Default;
}
