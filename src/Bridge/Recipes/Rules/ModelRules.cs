using MegatronBridge.Config;
using MegatronBridge.Layout;

namespace MegatronBridge.Recipes.Rules;

/// <summary>What the model's class and Megatron-Core say, and what training asks of the model besides.</summary>
internal static class ModelRules
{
    public static IEnumerable<string> Faults(ConfigContainer config) =>
        [.. OfClass(config), .. Graphs(config), .. Determinism(config)];

    /// <summary>A copy of the model as the run makes it: the file has what was said, not what follows.</summary>
    /// <exception cref="InvalidConfigException">Fields contradict each other.</exception>
    public static ModelProvider Completed(ConfigContainer config)
    {
        ModelProvider complete = config.Model.Clone();
        PrecisionSettings.Apply(complete, config["mixed_precision"]);
        if (complete.Has("vocab_size") && complete["vocab_size"].IsNull)
        {
            complete.VocabSize = complete.TensorModelParallelSize * complete.MakeVocabSizeDivisibleBy; // the tokenizer tells it
        }

        if (complete.VocabSize % complete.TensorModelParallelSize != 0)
        {
            complete.ShouldPadVocab = true; // upstream pads it when it makes the model
        }

        complete.Complete();
        return complete;
    }

    private static IReadOnlyList<string> OfClass(ConfigContainer config)
    {
        try
        {
            ModelProvider complete = Completed(config);
            return [.. Stages(complete), .. AdapterTargets.Faults(config["peft"], complete)];
        }
        catch (LayoutException e)
        {
            return [e.Message];
        }
        catch (InvalidConfigException e)
        {
            return e.Faults;
        }
    }

    private static IEnumerable<string> Stages(ModelProvider model)
    {
        if (model.PipelineModelParallelLayout is not { } layout)
        {
            yield break;
        }

        _ = new PipelineSplit(model);
        int predictors = PipelineLayout.Parse(layout).Sum(stage => stage.Count(layer => layer == 'm'));
        int wanted = model.MtpNumLayers ?? 0;
        if (predictors != wanted)
        {
            yield return $"model.pipeline_model_parallel_layout has {predictors} layers for multi-token prediction, "
                + $"model.mtp_num_layers says {wanted}.";
        }
    }

    private static IEnumerable<string> Graphs(ConfigContainer config)
    {
        if (config["model.cuda_graph_impl"] is not ConfigValue.Text { Value: var kind } || kind == "none")
        {
            yield break;
        }

        bool isWhole = new[] { "cuda_graph_scope", "cuda_graph_modules" }.Any(field =>
            config[$"model.{field}"].ToString().Contains("full_iteration", StringComparison.Ordinal)
        );
        if (kind == "local" && !isWhole)
        {
            yield return "model.cuda_graph_impl=local is for graphs of full iterations only; use transformer_engine, or "
                + "model.cuda_graph_scope=full_iteration.";
        }

        if (isWhole && config.Is("rerun_state_machine.check_for_nan_in_loss"))
        {
            yield return "A graph of full iterations needs rerun_state_machine.check_for_nan_in_loss=false.";
        }

        // Classes of models that see make themselves otherwise, and do not ask.
        bool asks = !config.Model.Has("vision_config");
        if (asks && !config.Is("model.use_te_rng_tracker") && !config.Is("rng.te_rng_tracker"))
        {
            yield return $"model.cuda_graph_impl={kind} needs rng.te_rng_tracker=true.";
        }
    }

    private static IEnumerable<string> Determinism(ConfigContainer config)
    {
        if (config.Is("model.deterministic_mode") && config.Is("model.cross_entropy_loss_fusion"))
        {
            yield return "model.deterministic_mode needs model.cross_entropy_loss_fusion=false.";
        }

        if (
            config.Is("model.fine_grained_activation_offloading")
            && config["model.transformer_impl"] != "transformer_engine"
        )
        {
            yield return "model.fine_grained_activation_offloading needs model.transformer_impl=transformer_engine, not "
                + $"{config["model.transformer_impl"]}.";
        }

        if (config.Is("model.restore_modelopt_state") && config.Is("model.gradient_accumulation_fusion"))
        {
            yield return "model.restore_modelopt_state needs model.gradient_accumulation_fusion=false.";
        }
    }
}
