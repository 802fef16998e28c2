namespace MegatronBridge.Cpu.Tokenizers.Regex;

/// <summary>A place in a text that an anchor stands for.</summary>
internal enum PlaceKind
{
    TextStart,
    TextEnd,

    /// <summary>The end, or before a newline that ends the text.</summary>
    LastLineEnd,
    LineStart,
    LineEnd,
    WordEdge,
    NoWordEdge,
}
