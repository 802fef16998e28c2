using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's HFDatasetSourceConfig.</summary>
internal static class HFDatasetSourceConfigFields
{
    public const string Target = "megatron.bridge.data.sources.hf.HFDatasetSourceConfig";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        TextOrNull("dataset_name"),
        TextOrNull("path_or_dataset"),
        TextOrNull("split"),
        new("subset", FieldKind.TextOrList, true, ConfigValue.Null),
        Any("load_kwargs"),
        TextOrNull("schema_adapter"),
        Any("adapter_kwargs"),
    ];
}
