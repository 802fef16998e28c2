using MegatronBridge.Cpu.Kernels;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>How a block is connected with several residual streams of a token, which lie side by side.</summary>
internal abstract class StreamConnection
{
    /// <summary>How many streams there are.</summary>
    public abstract int Count { get; }

    /// <summary>How many numbers tell of a token how it is connected.</summary>
    public abstract int Numbers { get; }

    /// <summary>The input of the block <c>[tokens, hidden]</c> of the streams x; how they are connected goes to <paramref name="numbers"/>.</summary>
    public abstract void Read(ForwardPass pass, Matrix x, Matrix numbers, Matrix input);

    /// <summary>The streams x take in the output of the block <c>[tokens, hidden]</c>.</summary>
    public abstract void Write(ForwardPass pass, Matrix numbers, Matrix output, Matrix x);
}
