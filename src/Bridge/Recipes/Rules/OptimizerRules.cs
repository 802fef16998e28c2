using MegatronBridge.Config;

namespace MegatronBridge.Recipes.Rules;

/// <summary>What the optimizer and the exchange of gradients need.</summary>
internal static class OptimizerRules
{
    private static readonly string[] Types =
    [
        "main_grads_dtype",
        "main_params_dtype",
        "exp_avg_dtype",
        "exp_avg_sq_dtype",
    ];

    public static IEnumerable<string> Faults(ConfigContainer config) =>
        [.. ElementTypes(config), .. Precision(config), .. Buckets(config)];

    private static IEnumerable<string> ElementTypes(ConfigContainer config)
    {
        if (!config.Is("optimizer.use_precision_aware_optimizer"))
        {
            return Types
                .Select(name => $"optimizer.{name}")
                .Where(path => Targets.Of(config[path]) is { } type && type != "torch.float32")
                .Select(path =>
                    $"{path} ({Targets.Of(config[path])}) other than float32 needs optimizer.use_precision_aware_optimizer=true."
                );
        }

        return config["optimizer.optimizer"] == "adam"
            ? []
            :
            [
                $"optimizer.use_precision_aware_optimizer needs optimizer.optimizer=adam, not {config["optimizer.optimizer"]}.",
            ];
    }

    private static IEnumerable<string> Precision(ConfigContainer config)
    {
        if (config["mixed_precision"] is ConfigValue.Text { Value: var unknown })
        {
            yield return PrecisionNames.Unknown(unknown);
        }

        foreach (string section in (string[])["model", "optimizer"])
        {
            if (config.Is($"{section}.bf16") && config.Is($"{section}.fp16"))
            {
                yield return $"{section}.bf16 and {section}.fp16 are both true.";
            }
        }

        if (!config.Is("optimizer.use_precision_aware_optimizer"))
        {
            yield break;
        }

        foreach (string type in (string[])["bf16", "fp16"])
        {
            bool isModel = config.Is($"model.{type}");
            bool isOther = !isModel && (config.Is("model.bf16") || config.Is("model.fp16"));
            if (!isOther && isModel != config.Is($"optimizer.{type}"))
            {
                yield return $"optimizer.{type} ({config[$"optimizer.{type}"]}) must be model.{type} ({config[$"model.{type}"]}) with "
                    + "optimizer.use_precision_aware_optimizer.";
            }
        }
    }

    private static IEnumerable<string> Buckets(ConfigContainer config)
    {
        bool reuses = config.Is("ddp.reuse_grad_buf_for_mxfp8_param_ag");
        if (reuses && !config.Is("ddp.fp8_param_gather"))
        {
            yield return "ddp.reuse_grad_buf_for_mxfp8_param_ag needs ddp.fp8_param_gather=true (mixed_precision says both).";
        }

        if (
            config.Is("optimizer.reuse_grad_buf_for_mxfp8_param_ag")
            && config.Is("optimizer.overlap_param_gather_with_optimizer_step")
        )
        {
            yield return "optimizer.overlap_param_gather_with_optimizer_step does not go with optimizer.reuse_grad_buf_for_mxfp8_param_ag.";
        }

        if (
            config["mixed_precision.fp8_recipe"] == "mxfp8"
            && config.Is("mixed_precision.fp8_param_gather")
            && !config.Is("mixed_precision.reuse_grad_buf_for_mxfp8_param_ag")
            && !ShardingRules.IsSharded(config)
        )
        {
            yield return "mixed_precision.fp8_param_gather with fp8_recipe mxfp8 needs mixed_precision.reuse_grad_buf_for_mxfp8_param_ag=true.";
        }

        if (config.Says("ddp.num_buckets") && config.Says("ddp.bucket_size"))
        {
            yield return $"ddp.num_buckets ({config["ddp.num_buckets"]}) and ddp.bucket_size ({config["ddp.bucket_size"]}) cannot both be set.";
        }
    }
}
