using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's FluxDatasetConfig.</summary>
internal static class FluxDatasetConfigFields
{
    public const string Target = "megatron.bridge.diffusion.data.flux.flux_energon_datamodule.FluxDatasetConfig";

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
        TextOrNull("path"),
        Int("seq_length", 1024),
        IntOrNull("packing_buffer_size"),
        Int("micro_batch_size", 1),
        Int("global_batch_size", 4),
        Int("vae_scale_factor", 8),
        Int("latent_channels", 16),
        Int("image_H", 1024),
        Int("image_W", 1024),
        Int("prompt_seq_len", 512),
        Int("context_dim", 4096),
        Int("pooled_prompt_dim", 768),
    ];
}
