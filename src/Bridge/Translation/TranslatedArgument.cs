namespace MegatronBridge.Translation;

/// <summary>An argument of Megatron-LM, and the field of Megatron-Bridge that it sets.</summary>
/// <param name="Name">The argument, without dashes in front.</param>
/// <param name="Field">The field: <c>model.num_layers</c>.</param>
/// <param name="Kind">What the argument says of it.</param>
/// <param name="Value">The text that an argument without a value gives the field; empty where it takes one.</param>
internal sealed record TranslatedArgument(string Name, string Field, ArgumentKind Kind, string Value)
{
    /// <summary>Whether a value follows.</summary>
    public bool TakesValue => Kind is ArgumentKind.Value or ArgumentKind.List;

    /// <summary>Name of the section that the field is of.</summary>
    public string Section => Field[..Field.IndexOf('.', StringComparison.Ordinal)];
}
