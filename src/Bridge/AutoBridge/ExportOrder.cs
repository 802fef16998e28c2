namespace MegatronBridge;

/// <summary>In which order weights are exported.</summary>
public enum ExportOrder
{
    /// <summary>As the layers of the model follow each other: each parameter is gathered once.</summary>
    Layer,

    /// <summary>
    /// File by file of the original model, and as they lie in each. A parameter of which several tensors are made, such as query, key and
    /// value, is gathered again when they do not stand side by side.
    /// </summary>
    Safetensors,
}
