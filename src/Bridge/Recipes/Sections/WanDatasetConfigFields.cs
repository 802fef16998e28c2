using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's WanDatasetConfig.</summary>
internal static class WanDatasetConfigFields
{
    public const string Target = "megatron.bridge.diffusion.data.wan.wan_energon_datamodule.WanDatasetConfig";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        Text("dataloader_type", "external"),
        Int("num_workers", 16),
        Bool("data_sharding", true),
        Bool("pin_memory", true),
        Bool("drop_last", true),
        Bool("persistent_workers", true),
        BoolOrNull("trust_remote_code"),
        TextOrNull("dataloader_save"),
        TextOrNull("dataloader_load"),
        Any("path"),
        Int("seq_length", 1024),
        Int("packing_buffer_size", 200),
        Int("micro_batch_size", 1),
        Int("global_batch_size", 4),
        Int("F_latents", 24),
        Int("H_latents", 104),
        Int("W_latents", 60),
        Int("patch_spatial", 2),
        Int("patch_temporal", 1),
        Int("number_packed_samples", 1),
        Int("context_seq_len", 512),
        Int("context_embeddings_dim", 4096),
    ];
}
