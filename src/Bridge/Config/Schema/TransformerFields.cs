namespace MegatronBridge.Config.Schema;

/// <summary>The fields of upstream's TransformerConfig, in its order, which the YAML of a provider shows.</summary>
internal static class TransformerFields
{
    // Up to which field it takes from which table before it takes from the next.
    private static readonly (ProviderField[] Table, string Last)[] Runs =
    [
        (ParallelFields.All, "barrier_with_L1_time"),
        (ArchitectureFields.All, "activation_func_clamp_value"),
        (MoeFields.All, "num_moe_experts"),
        (ArchitectureFields.All, "use_transformer_engine_op_fuser"),
        (ExecutionFields.All, "fp4_quantizer_factory"),
        (ArchitectureFields.All, "high_priority_a2a_comm_stream"),
        (MoeFields.All, "moe_latent_size"),
        (ArchitectureFields.All, "gtp_remat_opt_in_modules"),
        (MoeFields.All, "moe_expert_rank_capacity_factor"),
        (ArchitectureFields.All, "cp_comm_type"),
        (ExecutionFields.All, "mhc_recompute_layer_num"),
        (ArchitectureFields.All, "clone_scatter_output_in_embedding"),
        (ExecutionFields.All, "inference_grouped_gemm_backend"),
        (MoeFields.All, "inference_moe_token_dispatcher_type"),
        (ArchitectureFields.All, "gdp_num_chunk_states_to_recompute"),
        (ExecutionFields.All, "mlp_chunks_for_training"),
        (ArchitectureFields.All, "hetereogenous_dist_checkpoint"),
        (ExecutionFields.All, "quant_recipe"),
        (ArchitectureFields.All, "transformer_impl"),
        (ExecutionFields.All, "activation_offload_fraction"),
        (MoeFields.All, "moe_paged_stash_buffer_size_factor_cpu"),
        (ExecutionFields.All, "fine_grained_offloading_max_inflight_offloads"),
    ];

    /// <summary>All of them.</summary>
    public static IEnumerable<ProviderField> All { get; } = [.. Joined()];

    private static IEnumerable<ProviderField> Joined()
    {
        Dictionary<ProviderField[], int> next = [];
        foreach ((ProviderField[] table, string last) in Runs)
        {
            int start = next.GetValueOrDefault(table);
            next[table] = Array.FindIndex(table, field => field.Name == last) + 1;
            for (int i = start; i < next[table]; i++)
            {
                yield return table[i];
            }
        }
    }
}
