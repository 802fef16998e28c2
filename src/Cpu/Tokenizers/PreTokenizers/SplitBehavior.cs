namespace MegatronBridge.Cpu.Tokenizers.PreTokenizers;

/// <summary>What becomes of the matches of a split.</summary>
internal enum SplitBehavior
{
    Removed,
    Isolated,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}
