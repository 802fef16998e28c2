using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's ProfilingConfig.</summary>
internal static class ProfilingConfigFields
{
    public const string Target = "megatron.bridge.training.config.ProfilingConfig";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        Bool("use_nsys_profiler", false),
        Int("profile_step_start", 10),
        Int("profile_step_end", 12),
        Bool("use_pytorch_profiler", false),
        Bool("pytorch_profiler_collect_shapes", false),
        Bool("pytorch_profiler_collect_callstack", false),
        Bool("pytorch_profiler_collect_chakra", false),
        new("profile_ranks", FieldKind.Integers, false, ConfigValue.ListOf(0L)),
        Bool("record_memory_history", false),
        Text("memory_snapshot_path", "/nemo_run/snapshot.pickle"),
        Bool("record_shapes", false),
        Bool("nvtx_ranges", false),
    ];
}
