using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Hub;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Checkpoints;

/// <summary>How a model is saved as a Megatron checkpoint.</summary>
public sealed record SaveModelOptions
{
    /// <summary>The format: one that any layout can read, unless something else is chosen.</summary>
    public CheckpointFormat Format { get; init; } = CheckpointFormat.TorchDist;

    /// <summary>
    /// The tokenizer of the model: a folder, or a model of the Hub, of which the tokenizer alone is downloaded. Its files are copied into the
    /// checkpoint, and run_config.yaml names it. Null for none.
    /// </summary>
    public string? HfTokenizerPath { get; init; }

    /// <summary>What transformers is to be given when it reads the tokenizer, such as <c>use_fast</c> or <c>revision</c>; null for nothing.</summary>
    public IReadOnlyDictionary<string, ConfigValue>? HfTokenizerKwargs { get; init; }

    /// <summary>
    /// True to free the model's memory when it is saved, after which it is of no use. Saving itself takes no more memory in either case than
    /// buffers.
    /// </summary>
    public bool LowMemorySave { get; init; }

    /// <summary>True to replace a checkpoint that is there.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Threads and memory.</summary>
    public TransferOptions Transfer { get; init; } = TransferOptions.Default;

    /// <summary>The Hub, for a tokenizer on it; null for what the environment says.</summary>
    public HubOptions? Hub { get; init; }
}
