namespace MegatronBridge.Translation;

/// <summary>An argument of Megatron-LM, and the field of Megatron-Bridge that it sets.</summary>
/// <param name="Name">The argument, without dashes in front.</param>
/// <param name="Field">The field: <c>model.num_layers</c>.</param>
/// <param name="Kind">What the argument says of it.</param>
internal sealed record TranslatedArgument(string Name, string Field, ArgumentKind Kind);
