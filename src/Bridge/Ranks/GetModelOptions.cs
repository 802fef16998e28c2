using MegatronBridge.Config;
using Microsoft.Extensions.Logging;

namespace MegatronBridge.Ranks;

/// <summary>How <see cref="ModelProvider.ProvideDistributedModel"/> builds and wraps a model. (Upstream: GetModelKwargs.)</summary>
public sealed record GetModelOptions
{
    /// <summary>What upstream does when nothing is said.</summary>
    public static GetModelOptions Default { get; } = new();

    /// <summary>How gradients are kept and reduced; needed when the model is wrapped.</summary>
    public DistributedDataParallelConfig? DdpConfig { get; init; }

    /// <summary>What the schedules take the model for.</summary>
    public ModelType ModelType { get; init; } = ModelType.EncoderOrDecoder;

    /// <summary>True for one bucket of gradients on each virtual stage, so that parameters can be gathered while the optimizer steps.</summary>
    public bool OverlapParamGatherWithOptimizerStep { get; init; }

    /// <summary>True to build in float16, false not to, null for what the provider says.</summary>
    public bool? Fp16 { get; init; }

    /// <summary>True to build in bfloat16, false not to, null for what the provider says.</summary>
    public bool? Bf16 { get; init; }

    /// <summary>
    /// True when parameters take the type that <c>fp16</c> or <c>bf16</c> of the provider names, whatever its <c>params_dtype</c>, as
    /// upstream's Float16Module does; false to leave them in <c>params_dtype</c>. (Upstream: mixed_precision_wrapper.)
    /// </summary>
    public bool MixedPrecision { get; init; } = true;

    /// <summary>True for Megatron's own sharding of parameters, which is refused: <see cref="UseTorchFsdp2"/> does the same.</summary>
    public bool UseMegatronFsdp { get; init; }

    /// <summary>True for torch's sharding of parameters over the data-parallel ranks.</summary>
    public bool UseTorchFsdp2 { get; init; }

    /// <summary>True to give the model gradient buffers, or to shard it; false for the parameters alone.</summary>
    public bool WrapWithDdp { get; init; } = true;

    /// <summary>True when every data-parallel rank draws weights of its own, and then takes over those of the first.</summary>
    public bool DataParallelRandomInit { get; init; }

    /// <summary>
    /// True when initial weights are drawn as one whole tensor that is then cut, so that they do not depend on the layout. The memory
    /// is the computer's own in any case.
    /// </summary>
    public bool? UseCpuInitialization { get; init; } = false;

    /// <summary>True for a model without contents: names, shapes and types, no memory.</summary>
    public bool? InitModelWithMetaDevice { get; init; }

    /// <summary>Runs before the model is wrapped, instead of those registered. Several: <see cref="ModelHooks.Compose"/>.</summary>
    public ModelHook? PreWrapHook { get; init; }

    /// <summary>Runs after the model is wrapped, instead of those registered.</summary>
    public ModelHook? PostWrapHook { get; init; }

    /// <summary>The rank's place, instead of that which the provider was given. (Upstream: pg_collection.)</summary>
    public ParallelState? Parallel { get; init; }

    /// <summary>Is told the number of parameters, once for each tensor and pipeline parallel rank.</summary>
    public ILogger? Logger { get; init; }
}
