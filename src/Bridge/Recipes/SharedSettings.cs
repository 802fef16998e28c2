namespace MegatronBridge.Recipes;

/// <summary>What many recipes share: kernels, precision, and how tensor parallel ranks overlap their sending.</summary>
internal static class SharedSettings
{
    /// <summary>The settings of that name, in the notation of <see cref="RecipeSettings"/>.</summary>
    public static string Of(string name) =>
        name switch
        {
            "te_kernels" => """
                model: cuda_graph_scope=full attention_backend=null cross_entropy_loss_fusion=true offload_modules=null
                """,
            "moe_kernels" => """
                model: moe_router_fusion=false moe_permute_fusion=true moe_grouped_gemm=true moe_router_padding_for_fp8=false
                model: moe_shared_expert_overlap=false moe_router_force_load_balancing=false
                """,
            "bf16" => """
                mixed_precision: _target_=megatron.bridge.training.mixed_precision.MixedPrecisionConfig bf16=true params_dtype=bfloat16
                mixed_precision: pipeline_dtype=bfloat16 fp8_param=false fp4_param=false
                """,
            "user_buffers_1" => """
                comm_overlap: tp_comm_overlap_cfg._target_=megatron.bridge.training.comm_overlap.TransformerLayerTPOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.qkv_dgrad._target_=megatron.bridge.training.comm_overlap.BulkOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.qkv_dgrad.num_sm=4 tp_comm_overlap_cfg.qkv_dgrad.cga_size=2
                comm_overlap: tp_comm_overlap_cfg.qkv_dgrad.set_sm_margin=false
                comm_overlap: tp_comm_overlap_cfg.qkv_wgrad._target_=megatron.bridge.training.comm_overlap.BulkOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.qkv_wgrad.num_sm=4 tp_comm_overlap_cfg.qkv_wgrad.cga_size=2
                comm_overlap: tp_comm_overlap_cfg.qkv_wgrad.set_sm_margin=false
                comm_overlap: tp_comm_overlap_cfg.fc1_dgrad._target_=megatron.bridge.training.comm_overlap.BulkOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.fc1_dgrad.num_sm=2 tp_comm_overlap_cfg.fc1_dgrad.cga_size=2
                comm_overlap: tp_comm_overlap_cfg.fc1_dgrad.set_sm_margin=false
                comm_overlap: tp_comm_overlap_cfg.fc1_wgrad._target_=megatron.bridge.training.comm_overlap.BulkOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.fc1_wgrad.num_sm=4 tp_comm_overlap_cfg.fc1_wgrad.cga_size=2
                comm_overlap: tp_comm_overlap_cfg.fc1_wgrad.set_sm_margin=false
                comm_overlap: tp_comm_overlap_cfg.qkv_fprop._target_=megatron.bridge.training.comm_overlap.RingExchangeOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.proj_dgrad._target_=megatron.bridge.training.comm_overlap.RingExchangeOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.fc1_fprop._target_=megatron.bridge.training.comm_overlap.RingExchangeOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.fc2_dgrad._target_=megatron.bridge.training.comm_overlap.RingExchangeOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.proj_fprop._target_=megatron.bridge.training.comm_overlap.PipelineOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.proj_fprop.num_sm=24 tp_comm_overlap_cfg.proj_fprop.cga_size=2
                comm_overlap: tp_comm_overlap_cfg.proj_fprop.num_splits=4 tp_comm_overlap_cfg.proj_fprop.set_sm_margin=true
                comm_overlap: tp_comm_overlap_cfg.fc2_fprop._target_=megatron.bridge.training.comm_overlap.RingExchangeOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.fc2_fprop.set_sm_margin=true
                """,
            "user_buffers_2" => """
                comm_overlap: tp_comm_overlap_cfg._target_=megatron.bridge.training.comm_overlap.TransformerLayerTPOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.qkv_dgrad._target_=megatron.bridge.training.comm_overlap.BulkOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.qkv_dgrad.num_sm=2 tp_comm_overlap_cfg.qkv_dgrad.cga_size=2
                comm_overlap: tp_comm_overlap_cfg.qkv_dgrad.set_sm_margin=false
                comm_overlap: tp_comm_overlap_cfg.qkv_wgrad._target_=megatron.bridge.training.comm_overlap.BulkOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.qkv_wgrad.num_sm=24 tp_comm_overlap_cfg.qkv_wgrad.cga_size=2
                comm_overlap: tp_comm_overlap_cfg.qkv_wgrad.set_sm_margin=false
                comm_overlap: tp_comm_overlap_cfg.fc1_dgrad._target_=megatron.bridge.training.comm_overlap.BulkOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.fc1_dgrad.num_sm=2 tp_comm_overlap_cfg.fc1_dgrad.cga_size=2
                comm_overlap: tp_comm_overlap_cfg.fc1_dgrad.set_sm_margin=false
                comm_overlap: tp_comm_overlap_cfg.fc1_wgrad._target_=megatron.bridge.training.comm_overlap.BulkOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.fc1_wgrad.num_sm=2 tp_comm_overlap_cfg.fc1_wgrad.cga_size=2
                comm_overlap: tp_comm_overlap_cfg.fc1_wgrad.set_sm_margin=false
                comm_overlap: tp_comm_overlap_cfg.qkv_fprop._target_=megatron.bridge.training.comm_overlap.RingExchangeOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.proj_dgrad._target_=megatron.bridge.training.comm_overlap.RingExchangeOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.fc1_fprop._target_=megatron.bridge.training.comm_overlap.RingExchangeOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.fc2_dgrad._target_=megatron.bridge.training.comm_overlap.RingExchangeOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.proj_fprop._target_=megatron.bridge.training.comm_overlap.PipelineOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.proj_fprop.num_sm=24 tp_comm_overlap_cfg.proj_fprop.cga_size=2
                comm_overlap: tp_comm_overlap_cfg.proj_fprop.num_splits=4 tp_comm_overlap_cfg.proj_fprop.set_sm_margin=true
                comm_overlap: tp_comm_overlap_cfg.fc2_fprop._target_=megatron.bridge.training.comm_overlap.PipelineOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.fc2_fprop.num_sm=8 tp_comm_overlap_cfg.fc2_fprop.cga_size=2
                comm_overlap: tp_comm_overlap_cfg.fc2_fprop.num_splits=4 tp_comm_overlap_cfg.fc2_fprop.set_sm_margin=true
                """,
            "user_buffers_3" => """
                comm_overlap: tp_comm_overlap_cfg._target_=megatron.bridge.training.comm_overlap.TransformerLayerTPOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.qkv_dgrad._target_=megatron.bridge.training.comm_overlap.BulkOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.qkv_dgrad.num_sm=4 tp_comm_overlap_cfg.qkv_dgrad.cga_size=2
                comm_overlap: tp_comm_overlap_cfg.qkv_dgrad.set_sm_margin=false
                comm_overlap: tp_comm_overlap_cfg.qkv_wgrad._target_=megatron.bridge.training.comm_overlap.BulkOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.qkv_wgrad.num_sm=24 tp_comm_overlap_cfg.qkv_wgrad.cga_size=2
                comm_overlap: tp_comm_overlap_cfg.qkv_wgrad.set_sm_margin=false
                comm_overlap: tp_comm_overlap_cfg.fc1_dgrad._target_=megatron.bridge.training.comm_overlap.BulkOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.fc1_dgrad.num_sm=2 tp_comm_overlap_cfg.fc1_dgrad.cga_size=2
                comm_overlap: tp_comm_overlap_cfg.fc1_dgrad.set_sm_margin=false
                comm_overlap: tp_comm_overlap_cfg.fc1_wgrad._target_=megatron.bridge.training.comm_overlap.BulkOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.fc1_wgrad.num_sm=4 tp_comm_overlap_cfg.fc1_wgrad.cga_size=2
                comm_overlap: tp_comm_overlap_cfg.fc1_wgrad.set_sm_margin=false
                comm_overlap: tp_comm_overlap_cfg.qkv_fprop._target_=megatron.bridge.training.comm_overlap.RingExchangeOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.proj_dgrad._target_=megatron.bridge.training.comm_overlap.RingExchangeOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.fc1_fprop._target_=megatron.bridge.training.comm_overlap.RingExchangeOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.fc2_dgrad._target_=megatron.bridge.training.comm_overlap.RingExchangeOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.proj_fprop._target_=megatron.bridge.training.comm_overlap.PipelineOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.proj_fprop.num_sm=24 tp_comm_overlap_cfg.proj_fprop.cga_size=2
                comm_overlap: tp_comm_overlap_cfg.proj_fprop.num_splits=4 tp_comm_overlap_cfg.proj_fprop.set_sm_margin=true
                comm_overlap: tp_comm_overlap_cfg.fc2_fprop._target_=megatron.bridge.training.comm_overlap.PipelineOverlapCfg
                comm_overlap: tp_comm_overlap_cfg.fc2_fprop.num_sm=16 tp_comm_overlap_cfg.fc2_fprop.cga_size=2
                comm_overlap: tp_comm_overlap_cfg.fc2_fprop.num_splits=4 tp_comm_overlap_cfg.fc2_fprop.set_sm_margin=true
                """,
            _ => throw new ArgumentException($"No settings are called {name}.", nameof(name)),
        };
}
