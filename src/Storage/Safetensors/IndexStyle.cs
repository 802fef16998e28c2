namespace MegatronBridge.Storage.Safetensors;

/// <summary>How an index file is spelled, by the tool that writes it.</summary>
public enum IndexStyle
{
    /// <summary>transformers' <c>save_pretrained</c>: indented by 2, keys sorted, a newline at the end.</summary>
    Transformers,

    /// <summary>huggingface_hub, and upstream's export without a source folder: indented by 2, no newline.</summary>
    HuggingFaceHub,

    /// <summary>Upstream's export of a source folder: indented by 4, no newline.</summary>
    Bridge,
}
