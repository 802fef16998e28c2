namespace MegatronBridge;

/// <summary>Which ranks get what of the weights that are exported.</summary>
public enum ExportMode
{
    /// <summary>All ranks get all whole tensors.</summary>
    Replicate,

    /// <summary>Rank 0 gets all whole tensors, the others none; they take part all the same.</summary>
    Consolidate,

    /// <summary>Each rank gets what it has, in Hugging Face's form: parts of tensors, and tensors of its layers only. Nothing is sent.</summary>
    Distribute,
}
