namespace MegatronBridge.Config.Schema;

/// <summary>What a field of a provider may hold.</summary>
public enum FieldKind
{
    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>A text, perhaps one of a few.</summary>
    Text,

    /// <summary>An element type of torch.</summary>
    DType,

    /// <summary>A function, class or enum member, kept as the map that names it.</summary>
    Label,

    /// <summary>A list of whole numbers.</summary>
    Integers,

    /// <summary>A list of texts.</summary>
    Texts,

    /// <summary>One whole number for all layers, or a list with one for each.</summary>
    IntegerOrList,

    /// <summary>A number or a list of numbers.</summary>
    NumberOrList,

    /// <summary>A text or a list of texts.</summary>
    TextOrList,

    /// <summary>Anything; for what only upstream interprets.</summary>
    Any,
}
