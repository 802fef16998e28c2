using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>
/// How the copies of a model on data-parallel ranks share gradients: upstream's config, field by field, with its defaults. What only
/// tunes NCCL or CUDA is kept and has no effect here.
/// </summary>
public sealed record DistributedDataParallelConfig
{
    /// <summary>True to add and to reduce gradients as float32, whatever the type of the parameters.</summary>
    public bool GradReduceInFp32 { get; init; }

    /// <summary>
    /// True to reduce each bucket as soon as all of its gradients are there. Only then are there several buckets.
    /// </summary>
    public bool OverlapGradReduce { get; init; }

    /// <summary>True to gather the parameters of a bucket when one of them is needed, and not all at once.</summary>
    public bool OverlapParamGather { get; init; }

    /// <summary>True to have all pipeline stages gather at the same time; no effect here, where a gather is not in the background.</summary>
    public bool AlignParamGather { get; init; }

    /// <summary>True to give each rank a part of the reduced gradients (reduce-scatter) and not all (all-reduce).</summary>
    public bool UseDistributedOptimizer { get; init; }

    /// <summary>Into how many parts the data-parallel ranks are split, each of which shares one copy of the optimizer.</summary>
    public int NumDistributedOptimizerInstances { get; init; } = 1;

    /// <summary>True to refuse gradients that are NaN or infinite before they are reduced.</summary>
    public bool CheckForNanInGrad { get; init; }

    /// <summary>True to report gradients far larger than those seen before; refused here, where nothing trains long enough to tell.</summary>
    public bool CheckForLargeGrads { get; init; }

    /// <summary>
    /// Elements after which a bucket is full; null for the greater of 40,000,000 and 1,000,000 for each data-parallel rank.
    /// </summary>
    public int? BucketSize { get; init; }

    /// <summary>Number of buckets, in the place of their size.</summary>
    public int? NumBuckets { get; init; }

    /// <summary>True to make the length of every bucket a multiple of 65,536 elements as well.</summary>
    public bool PadBucketsForHighNcclBusbw { get; init; }

    /// <summary>True to add as float32 what is sent in a narrower type; so it always is here.</summary>
    public bool ReduceScatterWithFp32Accumulation { get; init; }

    /// <summary>
    /// Names, with <c>*</c>, <c>?</c> and <c>[...]</c>, of parameters whose gradients are added up as float32 on each rank; <c>all</c> for every one.
    /// </summary>
    public IReadOnlyList<string> ParamNamePatternsForFp32LocalAccumulation { get; init; } = [];

    /// <summary>True to divide by the number of ranks in the reduction and not before it.</summary>
    public bool AverageInCollective { get; init; }

    /// <summary>True to gather parameters as FP8; refused here, where models in memory have none.</summary>
    public bool Fp8ParamGather { get; init; }

    /// <summary>True to gather parameters as FP4; refused here, where models in memory have none.</summary>
    public bool Fp4ParamGather { get; init; }

    /// <summary>True to gather MXFP8 parameters through the buffer of the gradients; refused without <see cref="Fp8ParamGather"/>.</summary>
    public bool ReuseGradBufForMxfp8ParamAg { get; init; }

    /// <summary>True for Megatron's own fully sharded models; refused here, which has those of torch.</summary>
    public bool UseMegatronFsdp { get; init; }

    /// <summary>Version of Megatron's own fully sharded models, 1 or 2.</summary>
    public int MegatronFsdpVersion { get; init; } = 1;

    /// <summary>Old name of <see cref="UseMegatronFsdp"/>.</summary>
    public bool UseCustomFsdp { get; init; }

    /// <summary>What Megatron's fully sharded models share: <c>no_shard</c>, <c>optim</c>, <c>optim_grads</c> or <c>optim_grads_params</c>.</summary>
    public string DataParallelShardingStrategy { get; init; } = "no_shard";

    /// <summary>True for one kernel that reduces and divides.</summary>
    public bool GradientReduceDivFusion { get; init; } = true;

    /// <summary>Elements that Megatron's fully sharded models send at once.</summary>
    public int? SuggestedCommunicationUnitSize { get; init; }

    /// <summary>True to keep FP8 parameters transposed, too.</summary>
    public bool KeepFp8TransposeCache { get; init; }

    /// <summary>True for buffers that are registered with NCCL.</summary>
    public bool NcclUb { get; init; }

    /// <summary>True for two buffers that stay allocated.</summary>
    public bool FsdpDoubleBuffer { get; init; }

    /// <summary>True to allocate a buffer that stays when one of the two is too small.</summary>
    public bool FsdpDbUsePersistBufOnAllocFail { get; init; }

    /// <summary>True to gather when the synchronization of parameters begins.</summary>
    public bool FsdpAllGatherInStartParamSync { get; init; } = true;

    /// <summary>What the outer group of hybrid sharding shares: <c>no_shard</c> or <c>optim</c>.</summary>
    public string OuterDpShardingStrategy { get; init; } = "no_shard";

    /// <summary>True to register buffers with NCCL one by one.</summary>
    public bool DisableSymmetricRegistration { get; init; }

    /// <summary>True to register buffers with NCCL when told to.</summary>
    public bool FsdpManualRegistration { get; init; }

    /// <summary>True to compute the gradients of weights later.</summary>
    public bool DelayWgradCompute { get; init; }

    /// <summary>Type of the main weights of Megatron's fully sharded models.</summary>
    public DType? MegatronFsdpMainParamsDtype { get; init; } = DType.F32;

    /// <summary>Type of their main gradients; null for that of the parameters.</summary>
    public DType? MegatronFsdpMainGradsDtype { get; init; }

    /// <summary>Type in which they send gradients; null for that of the main gradients.</summary>
    public DType? MegatronFsdpGradCommDtype { get; init; }

    /// <summary>True when the optimizer reads gradients of another type than the parameters'.</summary>
    public bool MegatronFsdpUseDecoupledGrad { get; init; }

    /// <summary>True to do only what CUDA graphs can repeat.</summary>
    public bool MegatronFsdpCudaGraphMode { get; init; }

    /// <summary>True to gather module by module.</summary>
    public bool MegatronFsdpEnableFineGrainedParamGather { get; init; }

    /// <summary>True for two buffers as large as the largest unit; sets <see cref="FsdpDoubleBuffer"/>.</summary>
    public bool MegatronFsdpMaxPoolDoubleBuffer { get; init; }

    /// <summary>Checks the config by upstream's rules and sets what follows from other fields.</summary>
    /// <exception cref="InvalidConfigException">Fields contradict each other, or ask for what models in memory do not have; all faults are told.</exception>
    public DistributedDataParallelConfig Complete()
    {
        (bool IsWrong, string Fault)[] rules =
        [
            (MegatronFsdpVersion is not (1 or 2), $"megatron_fsdp_version is {MegatronFsdpVersion}, not 1 or 2."),
            (
                ReuseGradBufForMxfp8ParamAg && !Fp8ParamGather,
                "reuse_grad_buf_for_mxfp8_param_ag needs fp8_param_gather."
            ),
            (
                ParamNamePatternsForFp32LocalAccumulation.Count > 0 && GradReduceInFp32,
                "param_name_patterns_for_fp32_local_accumulation and grad_reduce_in_fp32 are both set; with the second, all gradients "
                    + "are float32."
            ),
            (
                NumBuckets is not null && BucketSize is not null,
                $"num_buckets ({NumBuckets}) and bucket_size ({BucketSize}) are both set; give one."
            ),
            (NumBuckets <= 0, $"num_buckets is {NumBuckets}, not 1 or more."),
            (BucketSize <= 0, $"bucket_size is {BucketSize}, not 1 or more."),
            (
                NumDistributedOptimizerInstances < 1,
                $"num_distributed_optimizer_instances is {NumDistributedOptimizerInstances}, not 1 or more."
            ),
            (
                NumDistributedOptimizerInstances > 1 && !UseDistributedOptimizer,
                $"num_distributed_optimizer_instances is {NumDistributedOptimizerInstances}, which needs use_distributed_optimizer."
            ),
            (
                NumDistributedOptimizerInstances > 1 && ReduceScatterWithFp32Accumulation,
                "reduce_scatter_with_fp32_accumulation does not go with several num_distributed_optimizer_instances."
            ),
            (
                AverageInCollective && ReduceScatterWithFp32Accumulation && UseDistributedOptimizer,
                "reduce_scatter_with_fp32_accumulation only adds; average_in_collective must be false."
            ),
            (
                Fp8ParamGather || Fp4ParamGather,
                "fp8_param_gather and fp4_param_gather need parameters of these types; models in memory have none."
            ),
            (
                UseMegatronFsdp || UseCustomFsdp,
                "use_megatron_fsdp is not to be had; use_torch_fsdp2 shares parameters and gradients in the same way."
            ),
            (CheckForLargeGrads, "check_for_large_grads compares with the steps before; nothing here keeps them."),
        ];
        string[] faults = [.. rules.Where(rule => rule.IsWrong).Select(rule => rule.Fault)];
        if (faults.Length > 0)
        {
            throw new InvalidConfigException(faults);
        }

        return this with
        {
            FsdpDoubleBuffer = FsdpDoubleBuffer || MegatronFsdpMaxPoolDoubleBuffer,
        };
    }
}
