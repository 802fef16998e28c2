using MegatronBridge.Config;

namespace MegatronBridge.Recipes.Rules;

/// <summary>What fully sharded parameters and the groups of processes need.</summary>
internal static class ShardingRules
{
    /// <summary>True where Megatron's FSDP holds the parameters.</summary>
    public static bool IsSharded(ConfigContainer config) =>
        config.Is("dist.use_megatron_fsdp") || config.Is("ddp.use_megatron_fsdp");

    public static IEnumerable<string> Faults(ConfigContainer config) => [.. Sharded(config), .. Groups(config)];

    private static IEnumerable<string> Sharded(ConfigContainer config)
    {
        bool isSharded = IsSharded(config);
        ConfigValue format = config["checkpoint.ckpt_format"];
        bool hasFiles = config.Says("checkpoint.save") || config.Says("checkpoint.load");
        if (config.Is("dist.use_megatron_fsdp") && config.Is("dist.use_torch_fsdp2"))
        {
            yield return "dist.use_megatron_fsdp and dist.use_torch_fsdp2 cannot both be true.";
        }

        if (hasFiles && isSharded != (format == "fsdp_dtensor"))
        {
            yield return isSharded
                ? $"use_megatron_fsdp needs checkpoint.ckpt_format=fsdp_dtensor, not {format}."
                : "checkpoint.ckpt_format=fsdp_dtensor needs ddp.use_megatron_fsdp=true.";
        }

        if (isSharded && config.Is("ddp.fsdp_manual_registration") && !config.Is("ddp.nccl_ub"))
        {
            yield return "ddp.fsdp_manual_registration needs ddp.nccl_ub=true.";
        }

        if (
            isSharded
            && config["ddp.data_parallel_sharding_strategy"] == "optim_grads_params"
            && config.Says("train.check_weight_hash_across_dp_replicas_interval")
        )
        {
            yield return "train.check_weight_hash_across_dp_replicas_interval does not go with "
                + "ddp.data_parallel_sharding_strategy=optim_grads_params: no rank has all weights.";
        }

        if (isSharded && config.Is("dist.use_tp_pp_dp_mapping"))
        {
            yield return "dist.use_tp_pp_dp_mapping does not go with use_megatron_fsdp.";
        }
    }

    private static IEnumerable<string> Groups(ConfigContainer config)
    {
        bool usesGloo = config.Is("dist.use_gloo_process_groups");
        if (usesGloo && config.Is("dist.use_decentralized_pg"))
        {
            yield return "dist.use_decentralized_pg needs dist.use_gloo_process_groups=false: its groups have NCCL only.";
        }

        bool isDistributed =
            config.Is("optimizer.use_distributed_optimizer") || config.Is("ddp.use_distributed_optimizer");
        if (
            !usesGloo
            && isDistributed
            && config["checkpoint.ckpt_format"] is var format
            && format != "torch_dist"
            && format != "fsdp_dtensor"
        )
        {
            yield return $"dist.use_gloo_process_groups=false needs checkpoint.ckpt_format torch_dist or fsdp_dtensor, not {format}.";
        }
    }
}
