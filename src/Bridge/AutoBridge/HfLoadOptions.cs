using MegatronBridge.Families;
using MegatronBridge.Hub;
using MegatronBridge.Storage.Tensors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MegatronBridge;

/// <summary>How an <see cref="AutoBridge"/> is made of a Hugging Face model.</summary>
public sealed record HfLoadOptions
{
    private static readonly string[] HostMemory = ["auto", "cpu"];

    /// <summary>Type of the Megatron model's parameters, or null for the one that the config names. (Upstream: torch_dtype.)</summary>
    public DType? DType { get; init; }

    /// <summary>Branch, tag or commit of a model on the Hub; <c>org/name@revision</c> says the same.</summary>
    public string? Revision { get; init; }

    /// <summary>Where the Hub and its cache are; null for where the environment says.</summary>
    public HubOptions? Hub { get; init; }

    /// <summary>False to download config, tokenizer and settings only, for work without weights.</summary>
    public bool WithWeights { get; init; } = true;

    /// <summary>Families that are known to this bridge alone, and count before those of <see cref="FamilyList"/>.</summary>
    public IReadOnlyList<Family> Families { get; init; } = [];

    /// <summary>Where the bridge tells what it does.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>
    /// Makes no difference: code of a repository is never run, and models that come with code are converted from their config and
    /// tensors alone.
    /// </summary>
    public bool TrustRemoteCode { get; init; }

    /// <summary>Where the model is to be: <c>auto</c> or <c>cpu</c>, the memory of this machine, which is the only place that there is.</summary>
    public string? DeviceMap
    {
        get;
        init =>
            field =
                value is null || HostMemory.Contains(value)
                    ? value
                    : throw new ArgumentException(
                        $"The device map is \"{value}\"; models are kept in the memory of this machine: \"auto\" or \"cpu\".",
                        nameof(value)
                    );
    }

    /// <summary>Makes no difference: a conversion computes no attention.</summary>
    public string? AttnImplementation { get; init; }

    /// <summary>Must be false: Megatron's checkpoints have no place for 8-bit codes. What is stored in 8 bits is read as numbers without being asked.</summary>
    public bool LoadIn8Bit
    {
        get;
        init =>
            field = value
                ? throw new ArgumentException(
                    "Weights cannot be rounded to 8 bits as they are loaded: a Megatron model would take the codes for weights. An export can "
                        + "store them so (ExportOptions.Quantize).",
                    nameof(value)
                )
                : value;
    }
}
