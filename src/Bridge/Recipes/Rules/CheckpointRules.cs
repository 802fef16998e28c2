namespace MegatronBridge.Recipes.Rules;

/// <summary>How checkpoints are written and read, and what is recorded beside them.</summary>
internal static class CheckpointRules
{
    public static IEnumerable<string> Faults(ConfigContainer config) => [.. Files(config), .. Records(config)];

    private static IEnumerable<string> Files(ConfigContainer config)
    {
        string format = $"{config["checkpoint.ckpt_format"]}";
        if (config.Is("checkpoint.load_main_params_from_ckpt") && config.Is("checkpoint.load_optim"))
        {
            yield return "checkpoint.load_main_params_from_ckpt needs checkpoint.load_optim=false.";
        }

        if (config.Is("checkpoint.async_save"))
        {
            if (!config.Says("checkpoint.save"))
            {
                yield return "checkpoint.async_save needs checkpoint.save.";
            }

            if (!config.Is("checkpoint.use_persistent_ckpt_worker"))
            {
                yield return "checkpoint.async_save needs checkpoint.use_persistent_ckpt_worker=true.";
            }

            if (format is not ("torch_dist" or "fsdp_dtensor"))
            {
                yield return $"checkpoint.async_save needs checkpoint.ckpt_format torch_dist or fsdp_dtensor, not {format}.";
            }
        }

        if (config.Is("checkpoint.verify_integrity") && format != "torch_dist")
        {
            yield return $"checkpoint.verify_integrity needs checkpoint.ckpt_format=torch_dist, not {format}.";
        }

        if (config.Says("checkpoint.ckpt_step") && !config.Says("checkpoint.load"))
        {
            yield return $"checkpoint.ckpt_step ({config["checkpoint.ckpt_step"]}) needs checkpoint.load, the folder that the step is in.";
        }

        if (
            config.Is("checkpoint.dist_ckpt_optim_fully_reshardable")
            && config.Is("checkpoint.distrib_optim_fully_reshardable_mem_efficient")
        )
        {
            yield return "checkpoint.distrib_optim_fully_reshardable_mem_efficient does not go with checkpoint.dist_ckpt_optim_fully_reshardable.";
        }

        if (config.Is("checkpoint.also_save_hf_checkpoint"))
        {
            foreach (string fault in HuggingFace(config, format))
            {
                yield return fault;
            }
        }
    }

    private static IEnumerable<string> HuggingFace(ConfigContainer config, string format)
    {
        if (format == "fsdp_dtensor")
        {
            yield return "checkpoint.also_save_hf_checkpoint needs checkpoint.ckpt_format=torch_dist, not fsdp_dtensor.";
        }

        if (config["checkpoint.non_persistent_ckpt_type"] == "local")
        {
            yield return "checkpoint.also_save_hf_checkpoint does not go with checkpoint.non_persistent_ckpt_type=local.";
        }

        if (
            !config.Says("checkpoint.hf_source_path")
            && config.Model.HfModelId is null or ""
            && !config.Says("tokenizer.tokenizer_model")
        )
        {
            yield return "checkpoint.also_save_hf_checkpoint needs checkpoint.hf_source_path, for the config and the tokenizer.";
        }
    }

    private static IEnumerable<string> Records(ConfigContainer config)
    {
        if (config.Says("logger.mlflow_experiment") && !config.Says("logger.mlflow_run_name"))
        {
            yield return "logger.mlflow_experiment needs logger.mlflow_run_name.";
        }

        if (config.Says("logger.comet_project") && !config.Says("logger.comet_experiment_name"))
        {
            yield return "logger.comet_project needs logger.comet_experiment_name.";
        }

        if (config.Is("profiling.use_pytorch_profiler") && config.Is("profiling.use_nsys_profiler"))
        {
            yield return "profiling.use_pytorch_profiler and profiling.use_nsys_profiler cannot both be true.";
        }

        if (
            config.Whole("profiling.profile_step_start") is { } start
            && config.Whole("profiling.profile_step_end") is { } end
            && (start < 0 || end < start)
        )
        {
            yield return $"profiling.profile_step_end ({end}) must not be less than profiling.profile_step_start ({start}), nor that than 0.";
        }
    }
}
