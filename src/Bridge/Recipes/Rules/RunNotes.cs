using MegatronBridge.Config;
using MegatronBridge.Conversion;

namespace MegatronBridge.Recipes.Rules;

/// <summary>What a run needs that no recipe knows, and what Megatron-Core has no place for.</summary>
internal static class RunNotes
{
    private static readonly string[] Sources = ["source", "validation_source", "test_source"];

    public static IEnumerable<string> Of(ConfigContainer config) => [.. Missing(config), .. Model(config.Model)];

    private static IEnumerable<string> Missing(ConfigContainer config)
    {
        bool hasAdapters = !config["peft"].IsNull;
        if (!config.Says("checkpoint.pretrained_checkpoint") && (hasAdapters || DatasetRules.IsTuning(config)))
        {
            yield return $"{(hasAdapters ? "Adapters are" : "Tuning is")} trained on a checkpoint: set checkpoint.pretrained_checkpoint.";
        }

        if (config.ClassOf("dataset") == DatasetRules.Stored && !config.Says("dataset.path"))
        {
            yield return "The data is a prepared folder: set dataset.path.";
        }

        foreach (string source in Sources.Where(source => IsEmpty(config[$"dataset.{source}.load_kwargs.data_files"])))
        {
            yield return $"The data is in files: set dataset.{source}.load_kwargs.data_files.";
        }
    }

    private static bool IsEmpty(ConfigValue files) =>
        files is ConfigValue.Map map && map.Entries.Any(file => file.Value.IsNull || file.Value == "");

    private static IEnumerable<string> Model(ModelProvider model)
    {
        if (model.Has("dynamic_context_parallel"))
        {
            yield return "The model needs the development branch of Megatron-Core; the main branch has not all of these fields.";
        }

        foreach (string lack in MegatronLacks.Of(model))
        {
            yield return lack;
        }
    }
}
