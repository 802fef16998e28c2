using MegatronBridge.Storage.Files;

namespace MegatronBridge.Adapters;

/// <summary>Which adapter is merged into which model.</summary>
public sealed record AdapterMergeOptions
{
    /// <summary>The model: a Hugging Face folder or a Megatron checkpoint.</summary>
    public required string BaseModel { get; init; }

    /// <summary>The adapter: a folder of the library peft or a Megatron checkpoint of adapters.</summary>
    public required string Adapter { get; init; }

    /// <summary>Folder of the merged model, which is of the format of the base.</summary>
    public required string Output { get; init; }

    /// <summary>True to replace such a model.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Threads and memory.</summary>
    public TransferOptions Transfer { get; init; } = TransferOptions.Default;
}
