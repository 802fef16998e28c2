namespace MegatronBridge.Cpu.Blocks;

/// <summary>What a block keeps of the tokens of a sequence.</summary>
internal interface IStatePart : IDisposable
{
    /// <summary>Bytes of memory that it has.</summary>
    long ByteCount { get; }
}
