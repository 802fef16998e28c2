using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Storage;

namespace MegatronBridge.Tests.Bridge.Config;

public sealed class ProviderRulesTests
{
    private const string Experts = "num_moe_experts=8 moe_ffn_hidden_size=32 moe_grouped_gemm=true ";
    private const string Flex = Experts + "moe_token_dispatcher_type=flex ";
    private const string Selective = "recompute_granularity=selective ";
    private const string Overlap =
        Experts
        + "moe_token_dispatcher_type=alltoall expert_model_parallel_size=2 bf16=true overlap_moe_expert_parallel_comm=true ";
    private const string Offload = "fine_grained_activation_offloading=true ";
    private const string Optimized =
        "transformer_impl=inference_optimized normalization=RMSNorm add_bias_linear=false moe_router_dtype=fp32 ";
    private const string Invariant =
        "batch_invariant_mode=true params_dtype=bf16 attention_backend=flash flash_attention_version=3 attention_dropout=0 ";

    public static TheoryData<string, string> Broken { get; } =
        new()
        {
            // sizes
            { "num_attention_heads=0", "num_attention_heads is 0; it must be 1 or more." },
            { "hidden_size=0", "hidden_size is 0; it must be 1 or more." },
            {
                "tensor_model_parallel_size=3",
                "num_attention_heads (8) must be a multiple of tensor_model_parallel_size (3)."
            },
            { "num_query_groups=3", "num_attention_heads (8) must be a multiple of num_query_groups (3)." },
            { "fp16=true bf16=true", "fp16 and bf16 are both true." },
            // parallelism
            {
                "tensor_parallel_num_weight_shards=3 tensor_model_parallel_size=2",
                "tensor_parallel_num_weight_shards (3) must be a multiple of tensor_model_parallel_size (2)."
            },
            {
                "expert_tensor_parallel_num_weight_shards=1 expert_tensor_parallel_size=2",
                "expert_tensor_parallel_num_weight_shards (1) must be a multiple of expert_tensor_parallel_size (2)."
            },
            {
                "defer_embedding_wgrad_compute=true",
                "defer_embedding_wgrad_compute needs a pipeline; pipeline_model_parallel_size is 1."
            },
            {
                "defer_embedding_wgrad_compute=true gradient_accumulation_fusion=false",
                "defer_embedding_wgrad_compute needs gradient_accumulation_fusion."
            },
            {
                "defer_embedding_wgrad_compute=true wgrad_deferral_limit=-1",
                "wgrad_deferral_limit is -1; it must be 0 or more."
            },
            {
                "overlap_p2p_comm_warmup_flush=true",
                "overlap_p2p_comm_warmup_flush needs overlap_p2p_comm, and batch_p2p_comm must be false."
            },
            { "context_parallel_size=2 cp_comm_type=[p2p,a2a]", "cp_comm_type has 2 entries for 8 layers." },
            {
                Overlap + "pipeline_model_parallel_size=2",
                "overlap_moe_expert_parallel_comm in a pipeline needs virtual_pipeline_model_parallel_size."
            },
            {
                Overlap + "expert_model_parallel_size=1",
                "overlap_moe_expert_parallel_comm needs expert parallelism; expert_model_parallel_size is 1."
            },
            {
                Overlap + "moe_token_dispatcher_type=allgather",
                "overlap_moe_expert_parallel_comm needs the token dispatcher alltoall or flex, not allgather."
            },
            {
                Overlap + "recompute_num_layers=1",
                "overlap_moe_expert_parallel_comm goes with selective recomputation only, and not of moe."
            },
            { Overlap + "bf16=false", "overlap_moe_expert_parallel_comm needs bf16 or fp16." },
            {
                Overlap + "moe_shared_expert_overlap=true",
                "overlap_moe_expert_parallel_comm and moe_shared_expert_overlap exclude each other."
            },
            {
                Overlap + "mtp_num_layers=2",
                "overlap_moe_expert_parallel_comm goes with one mtp_num_layers at most, not 2."
            },
            {
                Overlap
                    + Offload
                    + "moe_token_dispatcher_type=flex moe_flex_dispatcher_backend=ncclep offload_modules=expert_fc1",
                "overlap_moe_expert_parallel_comm with ncclep frees what expert_fc1 in offload_modules would move."
            },
            {
                Overlap + "cuda_graph_impl=transformer_engine cuda_graph_modules=[mlp]",
                "overlap_moe_expert_parallel_comm does not go with moe or mlp in cuda_graph_modules."
            },
            { "delay_wgrad_compute=true", "delay_wgrad_compute needs overlap_moe_expert_parallel_comm." },
            {
                "delay_wgrad_compute=true overlap_dispatch_backward_with_experts_wgrad=true",
                "overlap_dispatch_backward_with_experts_wgrad goes with neither overlap_moe_expert_parallel_comm nor delay_wgrad_compute."
            },
            {
                "ep_overlap_early_attn_memory_release=true",
                "ep_overlap_early_attn_memory_release needs overlap_moe_expert_parallel_comm."
            },
            // pipeline
            {
                "num_layers_in_first_pipeline_stage=1 account_for_loss_in_pipeline_split=true",
                "num_layers_in_first/last_pipeline_stage and account_for_embedding/loss_in_pipeline_split exclude each other."
            },
            {
                "num_layers_in_first_pipeline_stage=1 pipeline_model_parallel_layout=Et*8L",
                "num_layers_in_first/last_pipeline_stage and pipeline_model_parallel_layout exclude each other."
            },
            {
                "account_for_loss_in_pipeline_split=true pipeline_model_parallel_layout=Et*8L",
                "account_for_embedding/loss_in_pipeline_split and pipeline_model_parallel_layout exclude each other."
            },
            {
                "virtual_pipeline_model_parallel_size=2",
                "virtual_pipeline_model_parallel_size is 2, but there is only one pipeline rank."
            },
            {
                "num_layers_in_first_pipeline_stage=0 pipeline_model_parallel_size=2",
                "num_layers_in_first_pipeline_stage is 0; it must be 1 or more."
            },
            {
                "num_layers_in_last_pipeline_stage=3 pipeline_model_parallel_size=2 virtual_pipeline_model_parallel_size=2",
                "num_layers_in_last_pipeline_stage (3) must be a multiple of virtual_pipeline_model_parallel_size (2)."
            },
            {
                "num_layers_in_first_pipeline_stage=3 num_layers_in_last_pipeline_stage=3 pipeline_model_parallel_size=2",
                "Between the first and the last stage 2 layers remain for 0 pipeline ranks."
            },
            {
                "num_layers_in_first_pipeline_stage=3 pipeline_model_parallel_size=3",
                "The 5 layers between the first and the last stage do not divide over 2 pipeline ranks."
            },
            {
                "num_layers_in_first_pipeline_stage=2 pipeline_model_parallel_size=3 virtual_pipeline_model_parallel_size=2",
                "The 3 layers of each pipeline rank between the first and the last stage must be a multiple of virtual_pipeline_model_parallel_size (2)."
            },
            {
                "account_for_loss_in_pipeline_split=true pipeline_model_parallel_size=2",
                "9 layers, embedding and loss counted as account_for_embedding/loss_in_pipeline_split say, must be a multiple of pipeline_model_parallel_size (2)."
            },
            {
                "account_for_loss_in_pipeline_split=true account_for_embedding_in_pipeline_split=true pipeline_model_parallel_size=2 virtual_pipeline_model_parallel_size=2",
                "The 5 layers of each pipeline rank, embedding and loss counted, must be a multiple of virtual_pipeline_model_parallel_size (2)."
            },
            // attention
            {
                "experimental_attention_variant=gdn",
                "experimental_attention_variant gdn needs linear_attention_freq."
            },
            {
                "experimental_attention_variant=gdn2 linear_num_key_heads=null",
                "experimental_attention_variant gdn2 needs linear_num_key_heads."
            },
            {
                "experimental_attention_variant=gdn2 linear_num_key_heads=3",
                "linear_num_value_heads (32) must be a multiple of linear_num_key_heads (3)."
            },
            {
                "experimental_attention_variant=gdn2 context_parallel_size=3",
                "linear_num_key_heads (16) and linear_num_value_heads (32) must be multiples of tensor_model_parallel_size × context_parallel_size (3)."
            },
            {
                "experimental_attention_variant=dsa",
                "Sparse attention (dsa) has no biases; add_bias_linear must be false."
            },
            {
                "experimental_attention_variant=dsa dsa_indexer_topk_freq=0",
                "dsa_indexer_topk_freq is 0; it must be 1 or more."
            },
            {
                "experimental_attention_variant=dsa dsa_indexer_skip_topk_offset=-1",
                "dsa_indexer_skip_topk_offset is -1; it must be 0 or more."
            },
            {
                "experimental_attention_variant=dsa apply_rope_fusion=true position_embedding_type=rope",
                "Sparse attention (dsa) does not go with apply_rope_fusion."
            },
            {
                "experimental_attention_variant=dsa context_parallel_size=2 cp_comm_type=p2p",
                "Sparse attention (dsa) with context parallelism needs cp_comm_type allgather, not p2p."
            },
            {
                "multi_latent_attention=true rotary_interleaved=true",
                "rotary_interleaved does not go with multi_latent_attention."
            },
            {
                "multi_latent_attention=true attention_output_gate=true",
                "attention_output_gate does not go with multi_latent_attention."
            },
            {
                "fused_single_qkv_rope=true attention_output_gate=true",
                "fused_single_qkv_rope does not go with attention_output_gate."
            },
            {
                "no_rope_freq=4 flash_decode=true",
                "flash_decode does not go with layers without rotary embeddings (no_rope_freq)."
            },
            { "no_rope_freq=3", "num_layers (8) must be a multiple of no_rope_freq (3)." },
            { "no_rope_freq=[0,1]", "no_rope_freq has 2 entries for 8 layers." },
            { "flash_attention_version=5", "flash_attention_version is 5; it must be 2, 3 or 4." },
            { "gdp_num_householder=0", "gdp_num_householder is 0; it must be 1 or more." },
            {
                "gdp_cutedsl_kernel=true gdp_num_chunk_states_to_recompute=65",
                "gdp_num_chunk_states_to_recompute is 65; it must be from 0 to 64."
            },
            { "use_mup=true mup_base_hidden_size=-1", "mup_base_hidden_size is -1; it must be 1 or more." },
            // experts
            {
                "expert_model_parallel_size=2",
                "expert_model_parallel_size is 2, but the model has no experts (num_moe_experts is null)."
            },
            {
                Experts + "expert_model_parallel_size=3",
                "num_moe_experts (8) must be a multiple of expert_model_parallel_size (3)."
            },
            { "moe_use_grouped_tensor=true", "moe_use_grouped_tensor needs moe_grouped_gemm." },
            {
                "moe_single_grouped_weight=true",
                "moe_single_grouped_weight and moe_single_grouped_bias need moe_grouped_gemm."
            },
            {
                Experts + "moe_single_grouped_bias=true",
                "moe_single_grouped_weight and moe_single_grouped_bias need moe_use_grouped_tensor."
            },
            {
                Experts + "moe_single_grouped_weight=true fp8=hybrid",
                "moe_single_grouped_weight needs the recipe mxfp8 or nvfp4, not delayed."
            },
            {
                Experts + "moe_single_grouped_weight=true fp4=e2m1",
                "moe_single_grouped_weight with fp4 needs fp4_param."
            },
            {
                Experts + "moe_single_grouped_bias=true add_bias_linear=false",
                "moe_single_grouped_bias needs add_bias_linear."
            },
            { Experts + "moe_enable_deepep=true", "moe_enable_deepep needs the token dispatcher flex, not allgather." },
            {
                Flex + "moe_pad_expert_input_to_capacity=true",
                "moe_pad_expert_input_to_capacity does not go with the backend deepep."
            },
            {
                Experts + "moe_flex_dispatcher_backend=ncclep",
                "moe_flex_dispatcher_backend ncclep needs the token dispatcher flex, not allgather."
            },
            {
                Flex + "moe_flex_dispatcher_backend=ncclep moe_use_grouped_tensor=true",
                "moe_use_grouped_tensor with the backend ncclep needs use_transformer_engine_op_fuser."
            },
            {
                Flex + "moe_dispatch_fwd_dtype=mxfp8",
                "moe_dispatch_fwd_dtype and moe_combine_bwd_dtype mxfp8 need the token dispatcher flex with the backend ncclep."
            },
            {
                Flex + "moe_combine_bwd_dtype=mxfp8 moe_flex_dispatcher_backend=ncclep",
                "moe_dispatch_fwd_dtype and moe_combine_bwd_dtype mxfp8 need use_transformer_engine_op_fuser and moe_grouped_gemm."
            },
            {
                "moe_deepep_num_sms=20 moe_hybridep_num_sms=24",
                "moe_deepep_num_sms (20) and moe_hybridep_num_sms (24) differ; set moe_flex_dispatcher_num_sms."
            },
            {
                Experts + "moe_shared_expert_intermediate_size=8 moe_shared_expert_overlap=true",
                "moe_shared_expert_overlap needs the token dispatcher alltoall or flex, not allgather."
            },
            { "variable_seq_lengths=true", "variable_seq_lengths needs another token dispatcher than allgather." },
            {
                "moe_router_load_balancing_type=[aux_loss,none] moe_aux_loss_coeff=[0.1]",
                "moe_aux_loss_coeff must be a list of 2 numbers, one for each of moe_router_load_balancing_type, found [0.1]."
            },
            { "moe_router_padding_for_quantization=true", "moe_router_padding_for_quantization needs fp8 or fp4." },
            {
                "moe_router_padding_for_fp8=true fp8=hybrid",
                "moe_router_padding_for_quantization does not go with the token dispatcher allgather."
            },
            {
                "moe_router_topk=1",
                "moe_router_topk 1 needs moe_router_pre_softmax: the softmax of one score is always 1."
            },
            { "mtp_hsm=true", "mtp_hsm needs mtp_num_layers of 2 or more, found null." },
            { "gtp_remat_opt_in_modules=[x]", "gtp_remat_opt_in_modules may have moe_latent_proj only, found [x]." },
            {
                "moe_expert_capacity_factor=1.0 moe_router_load_balancing_type=sinkhorn",
                "moe_expert_capacity_factor goes with the balancing aux_loss, seq_aux_loss, global_aux_loss, none only, not sinkhorn."
            },
            {
                "moe_pad_expert_input_to_capacity=true moe_expert_capacity_factor=-1",
                "moe_pad_expert_input_to_capacity needs moe_expert_capacity_factor."
            },
            {
                "moe_expert_rank_capacity_factor=1.5",
                "moe_expert_rank_capacity_factor needs the backend hybridep or ncclep, not deepep."
            },
            {
                Flex + "moe_expert_rank_capacity_factor=1.5 moe_flex_dispatcher_backend=hybridep",
                "moe_expert_rank_capacity_factor with hybridep needs use_transformer_engine_op_fuser or moe_use_grouped_tensor."
            },
            {
                Experts + "moe_router_group_topk=2 moe_router_num_groups=3",
                "moe_router_num_groups (3) must divide num_moe_experts (8) and be at least moe_router_group_topk (2)."
            },
            {
                Experts + "moe_router_enable_expert_bias=true",
                "moe_router_enable_expert_bias needs the score function sigmoid or sqrtsoftplus, not softmax."
            },
            {
                Experts + "expert_tensor_parallel_size=2",
                "Experts with biases cannot be cut: expert_tensor_parallel_size is 2, not 1."
            },
            // precision
            { "fp8=hybrid fp4=e2m1", "fp8 (hybrid) and fp4 (e2m1) exclude each other." },
            { "fp8=hybrid first_last_layers_bf16=true", "first_last_layers_bf16 does not go with the recipe delayed." },
            {
                "fp8=hybrid fp8_recipe=mxfp8 first_last_layers_bf16=true num_layers_at_start_in_bf16=9",
                "num_layers_at_start_in_bf16 is 9; it must be from 0 to the layers of a pipeline stage (8)."
            },
            {
                "fp8=hybrid fp8_recipe=mxfp8 first_last_layers_bf16=true num_layers_at_end_in_bf16=-1",
                "num_layers_at_end_in_bf16 is -1; it must be from 0 to the layers of a pipeline stage (8)."
            },
            {
                "fp8=hybrid fp8_recipe=custom",
                "fp8_recipe custom needs fp8_quantizer_factory, the Python name of what makes its quantisers."
            },
            {
                Selective + "fp8=hybrid recompute_modules=[layernorm]",
                "moe_act and layernorm cannot be in recompute_modules with the recipe delayed."
            },
            { "fp8_param=true", "fp8_param needs fp8." },
            { "fp8_output_proj=true fp8=e4m3", "fp8_output_proj needs fp8 with the recipe mxfp8, not delayed." },
            { "fp4_param=true", "fp4_param needs fp4." },
            {
                "fp4=e2m1 fp4_recipe=custom",
                "fp4_recipe custom needs fp4_quantizer_factory, the Python name of what makes its quantisers."
            },
            // fusions
            {
                "bias_activation_fusion=true activation_func=relu",
                "bias_activation_fusion needs gelu, silu or quick_gelu, not torch.nn.functional.relu. With another activation it must be false."
            },
            {
                "bias_activation_fusion=true add_bias_linear=false",
                "bias_activation_fusion with gelu needs gated_linear_unit or add_bias_linear."
            },
            {
                "bias_activation_fusion=true activation_func=quick_gelu",
                "bias_activation_fusion with quick_gelu needs gated_linear_unit."
            },
            {
                "bias_activation_fusion=true glu_linear_offset=1.0",
                "bias_activation_fusion with glu_linear_offset (1.0) needs quick_gelu, not torch._C._nn.gelu."
            },
            {
                "bias_activation_fusion=true use_te_activation_func=true",
                "bias_activation_fusion and use_te_activation_func exclude each other."
            },
            { "fused_residual_rmsnorm=true", "fused_residual_rmsnorm needs the normalization RMSNorm, not LayerNorm." },
            {
                "use_te_activation_func=true activation_func=relu2",
                "use_te_activation_func needs gelu, silu or relu, not megatron.core.activations.squared_relu."
            },
            {
                "activation_func_fp8_input_store=true",
                "activation_func_fp8_input_store needs SwiGLU: activation_func silu and gated_linear_unit."
            },
            {
                "activation_func=silu gated_linear_unit=true activation_func_clamp_value=0",
                "activation_func_clamp_value is 0; it must be a number above 0."
            },
            {
                "activation_func=silu gated_linear_unit=true activation_func_clamp_value=7.0",
                "activation_func_clamp_value with SwiGLU needs experts; num_moe_experts is null."
            },
            {
                Experts
                    + "activation_func=silu gated_linear_unit=true activation_func_clamp_value=7.0 glu_linear_offset=1.0",
                "glu_linear_offset (1.0) must be 0 where activation_func_clamp_value bounds SwiGLU."
            },
            {
                Experts
                    + "activation_func=silu gated_linear_unit=true activation_func_clamp_value=7.0 use_te_activation_func=true",
                "activation_func_clamp_value with SwiGLU does not go with use_te_activation_func."
            },
            // memory
            {
                "cpu_offloading=true cpu_offloading_num_layers=8",
                "cpu_offloading_num_layers is 8; it must be from 0 to 7."
            },
            {
                "cpu_offloading=true pipeline_model_parallel_size=2",
                "cpu_offloading does not go with a pipeline; pipeline_model_parallel_size is 2."
            },
            { Selective + "cpu_offloading=true", "cpu_offloading does not go with recompute_granularity." },
            { "recompute_granularity=full", "recompute_granularity full needs recompute_method block or uniform." },
            {
                "recompute_granularity=full recompute_method=block",
                "recompute_granularity full needs recompute_num_layers, from 1 to the layers of a pipeline rank (8)."
            },
            {
                Selective + "recompute_num_layers=1",
                "recompute_num_layers (1) must be null where recompute_granularity is selective."
            },
            {
                Selective + "distribute_saved_activations=true sequence_parallel=true tensor_model_parallel_size=2",
                "distribute_saved_activations does not go with sequence_parallel."
            },
            {
                "recompute_granularity=full moe_layer_recompute=true",
                "moe_layer_recompute does not go with recompute_granularity full."
            },
            {
                Selective + "recompute_modules=[x]",
                "recompute_modules has x; known are core_attn, moe_act, layernorm, mla_up_proj, mlp, moe, shared_experts, gdn_norm_out, gdp_in_proj, gdp_qkv, mhc."
            },
            { Selective + "recompute_modules=[moe_act]", "moe_act in recompute_modules needs moe_grouped_gemm." },
            {
                Selective + "recompute_modules=[mla_up_proj]",
                "mla_up_proj in recompute_modules needs multi_latent_attention."
            },
            {
                Selective + "recompute_modules=[gdn_norm_out]",
                "gdn_norm_out in recompute_modules needs experimental_attention_variant gdn or gdn2."
            },
            {
                Selective
                    + Flex
                    + "recompute_modules=[shared_experts] moe_shared_expert_intermediate_size=8 moe_shared_expert_overlap=true",
                "shared_experts in recompute_modules does not go with moe_shared_expert_overlap."
            },
            { Selective + "recompute_modules=[mhc]", "mhc in recompute_modules needs enable_mhc_connections." },
            { Selective + "recompute_modules=[mhc,mlp]", "recompute_modules may have mhc or mlp, not both." },
            {
                Selective + "recompute_modules=[mhc] mhc_recompute_layer_num=0",
                "mhc_recompute_layer_num is 0; it must be 1 or more."
            },
            {
                Selective + Offload + "recompute_modules=[mhc]",
                "mhc in recompute_modules does not go with fine_grained_activation_offloading."
            },
            {
                "enable_mhc_connections=true mtp_num_layers=1",
                "enable_mhc_connections does not go with mtp_num_layers (1); set it to null."
            },
            {
                "enable_mhc_connections=true recompute_granularity=full",
                "enable_mhc_connections does not go with recompute_granularity full; selective with mhc does."
            },
            {
                "enable_mhc_connections=true inference_fuse_tp_communication=true",
                "enable_mhc_connections does not go with inference_fuse_tp_communication."
            },
            {
                "enable_mhc_connections=true pipeline_model_parallel_size=2",
                "enable_mhc_connections does not go with a pipeline; pipeline_model_parallel_size is 2."
            },
            {
                "enable_mhc_connections=true fp32_residual_connection=true",
                "enable_mhc_connections does not go with fp32_residual_connection."
            },
            {
                "enable_mhc_connections=true mhc_sinkhorn_iterations=0",
                "mhc_sinkhorn_iterations is 0; it must be 1 or more."
            },
            {
                "enable_mhc_connections=true mhc_init_gating_factor=-0.5",
                "mhc_init_gating_factor is -0.5; it must be 0 or more."
            },
            {
                Offload + "cpu_offloading=true",
                "fine_grained_activation_offloading and cpu_offloading exclude each other."
            },
            { Offload, "fine_grained_activation_offloading needs offload_modules." },
            {
                Offload + "offload_modules=[x]",
                "offload_modules has x; known are core_attn, attn_proj, expert_fc1, fused_group_mlp, moe_act, attn_norm, mlp_norm, qkv_linear, gdp_qkv."
            },
            {
                Offload + "offload_modules=[attn_proj]",
                "attn_proj in offload_modules needs core_attn there: its input is core_attn's output."
            },
            {
                Offload + Selective + "offload_modules=[gdp_qkv] recompute_modules=[gdp_in_proj]",
                "gdp_qkv in offload_modules does not go with gdp_in_proj in recompute_modules."
            },
            {
                Offload + Selective + "offload_modules=[moe_act] recompute_modules=[moe]",
                "offload_modules may not have moe_act while moe is in recompute_modules."
            },
            {
                Offload + "min_offloaded_tensor_size=-1",
                "min_offloaded_tensor_size (-1) and delta_offload_bytes_across_pp_ranks (0) must be 0 or more."
            },
            {
                Offload + "activation_offload_fraction=1.5",
                "activation_offload_fraction is 1.5; it must be from 0 to 1."
            },
            {
                Offload + "offload_modules=[fused_group_mlp]",
                "fused_group_mlp in offload_modules needs use_transformer_engine_op_fuser."
            },
            {
                Offload + "offload_modules=[fused_group_mlp,moe_act]",
                "fused_group_mlp in offload_modules includes expert_fc1 and moe_act; leave them out."
            },
            { "moe_paged_stash=true cpu_offloading=true", "moe_paged_stash and cpu_offloading exclude each other." },
            {
                "moe_paged_stash=true",
                "moe_paged_stash needs moe_expert_rank_capacity_factor, without which there is nothing to keep in pages."
            },
            {
                "moe_paged_stash=true offload_modules=[moe_act]",
                "offload_modules may not have moe_act with moe_paged_stash."
            },
            // CUDA graphs
            {
                "enable_cuda_graph=true external_cuda_graph=true",
                "enable_cuda_graph and external_cuda_graph exclude each other."
            },
            {
                "enable_cuda_graph=true cuda_graph_impl=full_iteration",
                "enable_cuda_graph and external_cuda_graph are older ways to set cuda_graph_impl, which is full_iteration."
            },
            {
                "cuda_graph_modules=[attn,x]",
                "cuda_graph_modules has x; known are attn, mlp, moe, moe_router, moe_preprocess, mamba."
            },
            {
                "cuda_graph_modules=full_iteration_inference,attn cuda_graph_impl=full_iteration",
                "cuda_graph_modules must be empty where cuda_graph_impl is full_iteration."
            },
            {
                "cpu_offloading=true cuda_graph_impl=local",
                "cpu_offloading goes with cuda_graph_impl none and full_iteration only."
            },
            {
                Experts + "cuda_graph_impl=local cuda_graph_modules=[moe,moe_router]",
                "cuda_graph_modules may have moe or moe_router, not both."
            },
            {
                Experts + "cuda_graph_impl=transformer_engine cuda_graph_modules=[moe_preprocess]",
                "moe_preprocess in cuda_graph_modules needs moe_router there."
            },
            {
                "cuda_graph_impl=local cuda_graph_modules=[moe]",
                "moe and moe_router in cuda_graph_modules need a model with experts."
            },
            {
                Experts + "cuda_graph_impl=local cuda_graph_modules=[mlp]",
                "mlp in cuda_graph_modules needs dense layers; all layers have experts."
            },
            {
                Experts + "cuda_graph_impl=local cuda_graph_modules=[moe]",
                "moe in cuda_graph_modules needs moe_expert_capacity_factor and moe_pad_expert_input_to_capacity."
            },
            {
                Experts
                    + "cuda_graph_impl=local cuda_graph_modules=[moe_preprocess] moe_token_dispatcher_type=alltoall moe_expert_capacity_factor=1.0",
                "moe_preprocess cannot be recorded with alltoall where tokens are dropped or padded."
            },
            {
                "cuda_graph_impl=local recompute_granularity=full",
                "recompute_granularity full needs cuda_graph_impl none or full_iteration."
            },
            {
                Selective
                    + "cuda_graph_impl=transformer_engine cuda_graph_modules=[moe_router] recompute_modules=[moe]",
                "moe in recompute_modules does not go with moe_router in cuda_graph_modules."
            },
            {
                Selective + "cuda_graph_impl=local",
                "attention_dropout (0.1) must be 0 where recorded attention is computed again."
            },
            {
                Selective + "cuda_graph_impl=local recompute_modules=[mlp]",
                "hidden_dropout (0.1) must be 0 where a recorded MLP is computed again."
            },
            {
                Selective + "cuda_graph_impl=local recompute_modules=[moe] moe_input_jitter_eps=0.01",
                "moe_input_jitter_eps must be null where recorded experts are computed again."
            },
            {
                Selective
                    + Flex
                    + "cuda_graph_impl=local recompute_modules=[shared_experts] gtp_weight_remat_size=2 fp8=hybrid moe_shared_expert_intermediate_size=8",
                "shared_experts in recompute_modules does not go with gtp_weight_remat_size above 1, low precision and local CUDA graphs."
            },
            {
                Offload + "cuda_graph_impl=local offload_modules=[moe_act]",
                "fine_grained_activation_offloading with local CUDA graphs needs cuda_graph_modules, and goes with expert_fc1, moe_act and fused_group_mlp only."
            },
            {
                Offload + "cuda_graph_impl=local cuda_graph_modules=[moe]",
                "moe in cuda_graph_modules does not go with fine_grained_activation_offloading."
            },
            {
                Offload + "cuda_graph_impl=local cuda_graph_warmup_steps=0",
                "cuda_graph_warmup_steps is 0; offloading needs 1 or more."
            },
            {
                Offload + "cuda_graph_impl=full_iteration",
                "cuda_graph_impl full_iteration with offloading needs fine_grained_offloading_max_inflight_offloads of 0 or more, found null."
            },
            // inference
            {
                Optimized + "layernorm_zero_centered_gamma=true",
                "transformer_impl inference_optimized needs the normalization RMSNorm without layernorm_zero_centered_gamma."
            },
            {
                Optimized + "add_qkv_bias=true",
                "transformer_impl inference_optimized needs a model without biases; add_bias_linear and add_qkv_bias must be false."
            },
            { Optimized + "use_kitchen=true", "transformer_impl inference_optimized does not go with use_kitchen." },
            {
                Optimized + Experts + "expert_tensor_parallel_size=2",
                "Experts with transformer_impl inference_optimized cannot be cut: expert_tensor_parallel_size is 2, not 1."
            },
            {
                Optimized + Experts + "moe_expert_capacity_factor=1.0",
                "Experts with transformer_impl inference_optimized drop no tokens; moe_expert_capacity_factor must be null."
            },
            {
                Optimized + Experts + "moe_router_padding_for_quantization=true",
                "Experts with transformer_impl inference_optimized do not go with moe_router_padding_for_quantization."
            },
            {
                Optimized + Experts + "moe_router_dtype=null",
                "Experts with transformer_impl inference_optimized need moe_router_dtype fp32, not null."
            },
            {
                Optimized + Experts + "gated_linear_unit=true inference_grouped_gemm_backend=flashinfer",
                "Experts with transformer_impl inference_optimized and gated_linear_unit need inference_grouped_gemm_backend torch or vllm, not flashinfer."
            },
            {
                Optimized
                    + Experts
                    + Invariant
                    + "expert_model_parallel_size=2 inference_moe_token_dispatcher_type=nccl",
                "Experts with transformer_impl inference_optimized and batch_invariant_mode need inference_moe_token_dispatcher_type nvls."
            },
            {
                "inference_fuse_tp_communication=true",
                "inference_fuse_tp_communication needs transformer_impl inference_optimized and a dense model."
            },
            {
                "inference_disable_triton_nvls_kernels=true",
                "inference_disable_triton_nvls_kernels needs transformer_impl inference_optimized."
            },
            { Invariant + "params_dtype=fp32", "batch_invariant_mode needs params_dtype bfloat16, not float32." },
            { Invariant + "attention_backend=auto", "batch_invariant_mode needs attention_backend flash, not auto." },
            {
                Invariant + "flash_attention_version=2",
                "batch_invariant_mode needs flash_attention_version 3 or 4, not 2."
            },
            { Invariant + "context_parallel_size=2", "batch_invariant_mode does not go with context_parallel_size 2." },
            { Invariant + "attention_dropout=0.1", "batch_invariant_mode needs attention_dropout 0, not 0.1." },
            {
                Invariant + Experts,
                "batch_invariant_mode with experts needs the token dispatcher alltoall, not allgather."
            },
            { Invariant + Experts + "fp8=hybrid", "batch_invariant_mode with experts goes with neither fp8 nor fp4." },
            {
                Invariant + Experts + "moe_permute_fusion=true",
                "batch_invariant_mode with experts needs tokens sorted by plain kernels; moe_permute_fusion and moe_permute_fusion_into_hybridep must be false."
            },
            {
                Invariant + Experts + "moe_pad_experts_for_cuda_graph_inference=true",
                "batch_invariant_mode with experts does not go with padded experts."
            },
        };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_rule_is_told_with_its_numbers(string settings, string fault) =>
        Assert.Contains(fault, Faults(Provider(settings)));

    [Fact]
    public void What_the_rules_are_tested_with_breaks_none_by_itself()
    {
        Assert.Empty(Faults(Provider("")));
        Assert.Empty(Faults(Provider(Experts)));
        Assert.Empty(Faults(Provider(Flex)));
        Assert.Empty(Faults(Provider(Selective)));
        Assert.Empty(Faults(Provider(Overlap)));
        Assert.Empty(Faults(Provider(Offload + "offload_modules=[core_attn,attn_proj]")));
        Assert.Empty(Faults(Provider(Optimized)));
        Assert.Empty(Faults(Provider(Optimized + Experts)));
        Assert.Empty(Faults(Provider(Invariant)));
    }

    [Fact]
    public void Latent_attention_has_rules_of_its_own()
    {
        MlaModelProvider provider = new()
        {
            NumLayers = 2,
            HiddenSize = 64,
            NumAttentionHeads = 4,
            VocabSize = 100,
            PositionEmbeddingType = "rope",
            RopeType = "rope",
            ApplyRopeFusion = true,
            CacheMlaLatents = true,
        };
        Assert.Equal(
            [
                "apply_rope_fusion with multi_latent_attention needs rope_type yarn, not rope.",
                "cache_mla_latents does not go with apply_rope_fusion.",
            ],
            Faults(provider)
        );
    }

    [Fact]
    public void Nothing_said_at_all_is_told_without_a_crash()
    {
        foreach (ProviderSchema schema in ProviderSchema.All)
        {
            Assert.True(
                Record.Exception(schema.NewProvider().Complete) is null or InvalidConfigException or BadFileException,
                schema.Name
            );
        }

        Assert.Contains("num_layers is 0; it must be 1 or more.", Faults(new GptModelProvider()));
    }

    [Theory]
    [InlineData("enable_cuda_graph=true", "cuda_graph_impl", "local")]
    [InlineData(
        "enable_cuda_graph=true",
        "inference_cuda_graph_scope",
        "{_args_: [2], _call_: true, _name_: layer, _target_: megatron.core.transformer.enums.InferenceCudaGraphScope}"
    )]
    [InlineData("external_cuda_graph=true", "cuda_graph_impl", "transformer_engine")]
    [InlineData(
        "cuda_graph_scope=attn,mlp",
        "cuda_graph_modules",
        "[{_args_: [1], _call_: true, _name_: attn, _target_: megatron.core.transformer.enums.CudaGraphModule}, {_args_: [2], _call_: true, _name_: mlp, _target_: megatron.core.transformer.enums.CudaGraphModule}]"
    )]
    [InlineData("cuda_graph_scope=full_iteration", "cuda_graph_impl", "full_iteration")]
    [InlineData("cuda_graph_modules=full", "cuda_graph_modules", "[]")]
    [InlineData(Experts + "moe_layer_recompute=true", "recompute_modules", "[core_attn, moe]")]
    [InlineData(Experts + "moe_layer_recompute=true", "recompute_granularity", "selective")]
    [InlineData("moe_expert_capacity_factor=-1", "moe_expert_capacity_factor", "null")]
    [InlineData(Flex + "moe_flex_dispatcher_backend=hybridep", "moe_hybridep_pad_uneven_dispatch_inputs", "true")]
    [InlineData("tensor_model_parallel_size=2 tensor_parallel_num_weight_shards=8", "gtp_weight_remat_size", "4")]
    [InlineData(
        "pipeline_model_parallel_size=2 pipeline_model_parallel_layout=Et*2|t*2|t*2|t*2L",
        "virtual_pipeline_model_parallel_size",
        "2"
    )]
    [InlineData(
        "pipeline_model_parallel_size=2 pipeline_model_parallel_layout=Et*8m|L mtp_num_layers=1",
        "mtp_standalone",
        "true"
    )]
    public void What_follows_from_other_fields_is_filled_in_and_stays(string settings, string field, string expected)
    {
        GptModelProvider provider = Provider(settings);
        provider.Complete();
        Assert.Equal(expected, provider[field].ToString());
        ModelProvider again = provider.Clone();
        again.Complete();
        Assert.Equal(provider.Fields, again.Fields);
    }

    private static IReadOnlyList<string> Faults(ModelProvider provider) =>
        Record.Exception(provider.Complete) switch
        {
            null => [],
            InvalidConfigException e => e.Faults,
            var e => throw e,
        };

    private static GptModelProvider Provider(string settings)
    {
        GptModelProvider provider = new()
        {
            NumLayers = 8,
            HiddenSize = 64,
            NumAttentionHeads = 8,
            VocabSize = 96,
        };
        foreach (string setting in settings.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = setting.Split('=');
            provider.SetFromText(parts[0], parts[1]);
        }

        return provider;
    }
}
