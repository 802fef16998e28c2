using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conversion;

/// <summary>A Megatron parameter and its contents, all tensor parallel ranks together.</summary>
public sealed record PlannedParameter(Binding Binding, TensorView View);
