namespace MegatronBridge.Cpu.Tokenizers.PreTokenizers;

/// <summary>Which pieces get the mark of a space before them.</summary>
internal enum PrependScheme
{
    Always,

    /// <summary>Only the piece with which the input begins.</summary>
    First,
    Never,
}
