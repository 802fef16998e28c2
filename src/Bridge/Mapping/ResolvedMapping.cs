namespace MegatronBridge.Mapping;

/// <summary>A mapping at one place of a model.</summary>
/// <param name="Mapping">The row of the family.</param>
/// <param name="MegatronParam">The Megatron parameter, by its name in the whole model.</param>
/// <param name="HfParams">The Hugging Face tensors that it is made of, in the order of the mapping.</param>
public sealed record ResolvedMapping(ParameterMapping Mapping, string MegatronParam, IReadOnlyList<string> HfParams);
