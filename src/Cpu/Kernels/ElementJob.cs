using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cpu.Kernels;

/// <summary>Work on elements of a type: BF16, F16 or F32.</summary>
internal readonly struct ElementJob<TJob>(DType dtype, TJob job) : IJob
    where TJob : unmanaged, IElementJob
{
    public void Run(int begin, int end)
    {
        switch (dtype)
        {
            case DType.BF16:
                job.Run<BrainElement>(begin, end);
                break;
            case DType.F16:
                job.Run<HalfElement>(begin, end);
                break;
            default:
                job.Run<SingleElement>(begin, end);
                break;
        }
    }
}
