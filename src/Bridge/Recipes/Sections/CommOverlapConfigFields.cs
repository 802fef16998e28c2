using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's CommOverlapConfig.</summary>
internal static class CommOverlapConfigFields
{
    public const string Target = "megatron.bridge.training.comm_overlap.CommOverlapConfig";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        BoolOrNull("tp_comm_overlap"),
        Any("tp_comm_overlap_cfg"),
        TextOrNull("tp_comm_bootstrap_backend", "nccl"),
        BoolOrNull("overlap_p2p_comm"),
        BoolOrNull("batch_p2p_comm"),
        BoolOrNull("overlap_grad_reduce"),
        BoolOrNull("overlap_param_gather"),
        BoolOrNull("overlap_param_gather_with_optimizer_step"),
        BoolOrNull("align_param_gather"),
        IntOrNull("bucket_size"),
        BoolOrNull("defer_embedding_wgrad_compute"),
        IntOrNull("wgrad_deferral_limit"),
        IntOrNull("data_parallel_size"),
        BoolOrNull("overlap_moe_expert_parallel_comm"),
        BoolOrNull("delay_wgrad_compute"),
    ];
}
