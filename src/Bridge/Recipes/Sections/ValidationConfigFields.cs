using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's ValidationConfig.</summary>
internal static class ValidationConfigFields
{
    public const string Target = "megatron.training.config.training_config.ValidationConfig";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        IntOrNull("eval_iters", 100),
        IntOrNull("eval_interval"),
        IntOrNull("start_eval_at_iter"),
        IntOrNull("eval_global_batch_size"),
        IntOrNull("eval_micro_batch_size"),
        Bool("skip_train", false),
        Bool("test_mode", false),
        Bool("full_validation", false),
        Bool("multiple_validation_sets", false),
        new("validation_set_names", FieldKind.Texts, true, ConfigValue.Null),
    ];
}
