using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Estimates;

/// <summary>Adam, and in which types it keeps what; the names are upstream's.</summary>
public sealed record OptimizerSettings
{
    /// <summary>True when data-parallel ranks share the state of the optimizer.</summary>
    public bool UseDistributedOptimizer { get; init; } = true;

    /// <summary>True when gradients are gathered and reduced in float32; else in the type of the parameters.</summary>
    public bool GradReduceInFp32 { get; init; } = true;

    /// <summary>True when the types below may be others than float32.</summary>
    public bool UsePrecisionAwareOptimizer { get; init; }

    /// <summary>Type of the gradients.</summary>
    public DType MainGradsDtype { get; init; } = DType.F32;

    /// <summary>Type of the copy of the parameters that is trained.</summary>
    public DType MainParamsDtype { get; init; } = DType.F32;

    /// <summary>Type of the mean of the gradients.</summary>
    public DType ExpAvgDtype { get; init; } = DType.F32;

    /// <summary>Type of the mean of their squares.</summary>
    public DType ExpAvgSqDtype { get; init; } = DType.F32;

    /// <summary>True when of that copy only the 16 bits are kept that bfloat16 parameters lack; with precision-aware optimizers only.</summary>
    public bool StoreParamRemainders { get; init; } = true;

    /// <summary>Refuses settings that Megatron-Core refuses.</summary>
    /// <exception cref="InvalidConfigException">They contradict each other; all faults are told.</exception>
    public void Validate()
    {
        List<string> faults = [];
        (string Name, DType Value, DType[] Allowed)[] types =
        [
            ("main_grads_dtype", MainGradsDtype, [DType.F32, DType.BF16]),
            ("main_params_dtype", MainParamsDtype, [DType.F32, DType.F16]),
            ("exp_avg_dtype", ExpAvgDtype, [DType.F32, DType.F16, DType.BF16, DType.F8E4M3]),
            ("exp_avg_sq_dtype", ExpAvgSqDtype, [DType.F32, DType.F16, DType.BF16, DType.F8E4M3]),
        ];
        foreach ((string name, DType value, DType[] allowed) in types)
        {
            if (!allowed.Contains(value))
            {
                faults.Add($"{name} is {value}; it may be {string.Join(", ", allowed)}.");
            }

            if (value != DType.F32 && !UsePrecisionAwareOptimizer)
            {
                faults.Add($"{name} may be {value} with use_precision_aware_optimizer only.");
            }
        }

        if (UsePrecisionAwareOptimizer && !UseDistributedOptimizer)
        {
            faults.Add("use_precision_aware_optimizer needs use_distributed_optimizer.");
        }

        if (faults.Count > 0)
        {
            throw new InvalidConfigException(faults);
        }
    }

    /// <summary>Bytes of a parameter's gradient.</summary>
    public int GradientBytes(DType parameter) =>
        UsePrecisionAwareOptimizer ? Bytes(MainGradsDtype)
        : GradReduceInFp32 ? sizeof(float)
        : Bytes(parameter);

    /// <summary>Bytes of what the optimizer keeps for a parameter: the copy that is trained, unless it is float32 itself, and two means.</summary>
    public int StateBytes(DType parameter)
    {
        int copy =
            parameter == DType.F32 ? 0
            : UsePrecisionAwareOptimizer
            && StoreParamRemainders
            && MainParamsDtype == DType.F32
            && parameter == DType.BF16
                ? 2
            : Bytes(MainParamsDtype);
        return copy + Bytes(ExpAvgDtype) + Bytes(ExpAvgSqDtype);
    }

    private static int Bytes(DType type) => type.BitCount() / 8;
}
