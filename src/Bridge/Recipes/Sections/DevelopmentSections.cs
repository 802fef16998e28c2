using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>
/// The fields of sections that differ where Megatron-Core is of its development branch, which some models need: a class of the one branch
/// does not take the fields of the other.
/// </summary>
internal static class DevelopmentSections
{
    private static readonly (string Section, string[] Missing, ProviderField[] Added)[] Differences =
    [
        (
            "checkpoint",
            ["ckpt_fully_parallel_load_per_rank_objects", "ckpt_pg_tensors_cache_create", "ckpt_pg_tensors_cache_path"],
            []
        ),
        ("dataset", ["hybrid_context_parallel"], [Bool("dynamic_context_parallel", false)]),
        (
            "ddp",
            ["megatron_fsdp_version"],
            [
                Bool("disable_grad_buffers_cpu_backup", false),
                Bool("disable_param_buffers_cpu_backup", false),
                Bool("megatron_fsdp_cache_param_bucket_views", false),
                Bool("megatron_fsdp_prefetch_recompute_forward_weights", false),
                Bool("use_layer_wise_param_layout", false),
            ]
        ),
        (
            "optimizer",
            ["muon_use_syrk"],
            [
                Bool("chunked_optimizer_state_offload", false),
                Bool("offload_optimizer_states", false),
                Int("optimizer_state_offload_chunk_size_mb", 0),
                Float("optimizer_state_offload_fraction", 1.0),
                Bool("use_layer_wise_param_layout", false),
            ]
        ),
        ("tokenizer", ["use_gigatoken"], []),
    ];

    /// <summary>The field of that name in a section of the development branch, or null where the main branch has it too or none has.</summary>
    public static ProviderField? Field(string section, string name) =>
        Differences
            .Where(difference => difference.Section == section)
            .SelectMany(difference => difference.Added)
            .FirstOrDefault(field => field.Name == name);

    /// <summary>The sections as the branch has them that the model needs.</summary>
    public static ConfigValue.Map Fitting(ModelProvider model, ConfigValue.Map sections)
    {
        if (!model.Has("dynamic_context_parallel"))
        {
            return sections;
        }

        foreach ((string name, string[] missing, ProviderField[] added) in Differences)
        {
            // A class without the field is the same in both.
            if (sections.Find(name) is ConfigValue.Map section && missing.Any(field => section.Find(field) is not null))
            {
                ConfigValue.Map kept = missing.Aggregate(section, (map, field) => map.Without(field));
                sections = sections.With(
                    name,
                    added.Aggregate(kept, (map, field) => map.With(field.Name, field.Default))
                );
            }
        }

        return sections;
    }
}
