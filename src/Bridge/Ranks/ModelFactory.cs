using MegatronBridge.Config;
using MegatronBridge.Layout;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>Builds what a rank has of a model, step by step as upstream's get_model does.</summary>
public static class ModelFactory
{
    private const int DefaultSeed = 1234; // of upstream's trainings

    /// <summary>
    /// Builds the parts that this rank has of a model, one for each virtual stage: sets the precision, completes the provider, makes the
    /// tensors and their initial weights, runs the pre-wrap hook, tells the number of parameters, and wraps
    /// (<see cref="MegatronModel.DataParallel"/>).
    /// </summary>
    /// <exception cref="InvalidConfigException">Options or fields of the provider contradict each other; all faults are told.</exception>
    /// <exception cref="LayoutException">The model does not divide over the ranks.</exception>
    /// <exception cref="CollectiveException">Ranks have different configs; the message has the fields.</exception>
    public static IReadOnlyList<MegatronModel> GetModel(ModelProvider provider, GetModelOptions options)
    {
        Check(options);
        SetPrecision(provider, options);
        provider.UseCpuInitialization = options.UseCpuInitialization ?? false;
        if (options.InitModelWithMetaDevice == true)
        {
            provider["init_model_with_meta_device"] = true;
        }

        provider.Complete();
        ParallelState parallel = PlaceOf(provider, options);
        bool isMeta = provider["init_model_with_meta_device"] == true;
        if (!isMeta)
        {
            RankAgreement.RequireSame(
                parallel.World,
                "config",
                provider.Fields.ToDictionary(field => field.Key, field => $"{field.Value}", StringComparer.Ordinal)
            );
        }

        IReadOnlyList<MegatronModel> models = MegatronModel.Build(provider, parallel, isMeta);
        if (!isMeta && provider.PerformInitialization)
        {
            Initialize(models, options.DataParallelRandomInit);
        }

        models = options.PreWrapHook?.Invoke(models) ?? models;
        if (options.Logger is { } logger)
        {
            ParameterReport.Log(models, logger);
        }

        if (options.WrapWithDdp)
        {
            _ = DataParallelModel.Wrap(
                models,
                options.DdpConfig!,
                options.UseTorchFsdp2,
                options.DataParallelRandomInit,
                options.OverlapParamGatherWithOptimizerStep
            );
        }

        return models;
    }

    /// <summary>Draws initial weights, as the provider says.</summary>
    internal static void Initialize(IReadOnlyList<MegatronModel> models, bool dataParallelRandomInit = false)
    {
        ModelProvider provider = models[0].Provider;
        int seed = provider.Seed ?? DefaultSeed;
        if (provider.UseCpuInitialization)
        {
            WeightInitialization.Initialize(models, seed, dataParallelRandomInit);
        }
        else
        {
            RankSeeds seeds = RankSeeds.Of(seed, models[0].Parallel, dataParallelRandomInit);
            WeightInitialization.Initialize(models, seeds);
        }
    }

    private static void Check(GetModelOptions options)
    {
        List<string> faults = [];
        if (options is { Fp16: true, Bf16: true })
        {
            faults.Add("fp16 and bf16 are both true.");
        }

        if (options is { WrapWithDdp: true, DdpConfig: null })
        {
            faults.Add("A wrapped model needs a DdpConfig; give one, or set WrapWithDdp to false.");
        }

        if (options.UseMegatronFsdp)
        {
            faults.Add(
                options.UseTorchFsdp2
                    ? "UseMegatronFsdp and UseTorchFsdp2 exclude each other."
                    : "UseMegatronFsdp is not to be had; UseTorchFsdp2 shares parameters and gradients in the same way."
            );
        }

        if (faults.Count > 0)
        {
            throw new InvalidConfigException(faults);
        }
    }

    private static void SetPrecision(ModelProvider provider, GetModelOptions options)
    {
        if (options.Fp16 is not null || options.Bf16 is not null)
        {
            // Naming one kind switches the other off.
            provider.Fp16 = options.Fp16 ?? (options.Bf16 != true && provider.Fp16);
            provider.Bf16 = options.Bf16 ?? (options.Fp16 != true && provider.Bf16);
            DType dtype = HalfOf(provider) ?? DType.F32;
            (provider.ParamsDtype, provider.PipelineDtype, provider.AutocastDtype) = (dtype, dtype, dtype);
        }
        else if (options.MixedPrecision && HalfOf(provider) is { } half)
        {
            provider.ParamsDtype = half;
        }
    }

    private static DType? HalfOf(ModelProvider provider) =>
        provider.Fp16 ? DType.F16
        : provider.Bf16 ? DType.BF16
        : null;

    private static ParallelState PlaceOf(ModelProvider provider, GetModelOptions options)
    {
        ParallelState parallel = options.Parallel ?? provider.Parallel ?? provider.InitializeModelParallel();
        ParallelSizes wanted = ParallelSizes.Of(provider) with { Dp = parallel.Sizes.Dp };
        return wanted == parallel.Sizes
            ? parallel
            : throw new InvalidConfigException(
                $"The provider is to be laid out over {wanted.Describe()}, but the ranks are those of {parallel.Sizes.Describe()}. "
                    + "Call InitializeModelParallel after the last size is set."
            );
    }
}
