namespace MegatronBridge.Cpu.Kernels;

/// <summary>Rows of a weight that lie one behind the other in memory: from <see cref="First"/> up to, not including, <see cref="End"/>.</summary>
internal unsafe struct RowRun
{
    public byte* Start;
    public int First;
    public int End;
}
