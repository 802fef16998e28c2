using MegatronBridge.Config;

namespace MegatronBridge.Checkpoints;

// What upstream changes in a config that it loads, and in the same order.
public static partial class ModelLoadSave
{
    private static ModelProvider OnOneRank(ModelProvider config, LoadModelOptions options)
    {
        config.LayOutOnOneRank();
        config.PerformInitialization = false;
        config.SetIfHas("overlap_moe_expert_parallel_comm", false);
        config.SetIfHas("delay_wgrad_compute", false);
        if (config.IsHybridModel || IsHybrid(config))
        {
            config.SetIfHas("cuda_graph_impl", "none");
            config.SetIfHas("enable_cuda_graph", false);
            config.SetIfHas("external_cuda_graph", false);
            config.SetIfHas("cuda_graph_modules", ConfigValue.ListOf());
        }

        if (options.UseCpuInit)
        {
            config.SetIfHas("fp8", ConfigValue.Null);
            config.SetIfHas("fp8_param", false);
        }

        options.ModelParallel?.ApplyTo(config);

        // A layout that is written out tells of stages; on one rank it would be taken for virtual ones.
        if (config is { PipelineModelParallelSize: 1, VirtualPipelineModelParallelSize: null })
        {
            config.PipelineModelParallelLayout = null;
        }

        // That dispatcher needs ranks to dispatch to.
        if (
            config["moe_token_dispatcher_type"] == "flex"
            && config is { TensorModelParallelSize: 1, ExpertModelParallelSize: 1 }
        )
        {
            config["moe_token_dispatcher_type"] = "allgather";
        }

        return config;
    }
}
