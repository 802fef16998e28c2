namespace MegatronBridge.Cpu.Kernels;

/// <summary>
/// Rows of a weight that lie in memory at equal distances, mostly one behind the other: from <see cref="First"/> up to, not including,
/// <see cref="End"/>.
/// </summary>
internal unsafe struct RowRun
{
    public byte* Start;
    public long Stride; // bytes from a row to the next
    public int First;
    public int End;
}
