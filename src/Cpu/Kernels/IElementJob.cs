namespace MegatronBridge.Cpu.Kernels;

/// <summary>Work on stored elements whose type is known when it runs; otherwise as <see cref="IJob"/>.</summary>
internal interface IElementJob
{
    /// <summary>Does the items from <paramref name="begin"/> up to, not including, <paramref name="end"/>.</summary>
    void Run<T>(int begin, int end)
        where T : unmanaged, IElement;
}
