namespace MegatronBridge.Cpu.Kernels;

/// <summary>Work that is the same for each of a number of items, such as the rows of a product, which threads share.</summary>
internal interface IJob
{
    /// <summary>Does the items from <paramref name="begin"/> up to, not including, <paramref name="end"/>.</summary>
    void Run(int begin, int end);
}
