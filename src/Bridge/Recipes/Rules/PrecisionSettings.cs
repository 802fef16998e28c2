using MegatronBridge.Config;
using MegatronBridge.Config.Schema;

namespace MegatronBridge.Recipes.Rules;

/// <summary>What the precision makes of the other sections before a run begins.</summary>
internal static class PrecisionSettings
{
    private static readonly string[] Others = ["optimizer", "ddp"];

    /// <summary>The run with the fields that <c>mixed_precision</c> has in common with model, optimizer and data parallelism written over theirs.</summary>
    public static ConfigContainer Applied(ConfigContainer config)
    {
        if (Of(config["mixed_precision"]) is not { } settings)
        {
            return config;
        }

        ModelProvider model = config.Model.Clone();
        Apply(model, settings);
        ConfigContainer applied = config.With(model).With("mixed_precision", settings);
        foreach (string other in Others)
        {
            if (config[other] is ConfigValue.Map section)
            {
                applied = applied.With(
                    other,
                    settings
                        .Entries.Where(entry =>
                            $"{entry.Key}" != Targets.Key && section.Find($"{entry.Key}") is not null
                        )
                        .Aggregate(section, (all, entry) => all.With($"{entry.Key}", entry.Value))
                );
            }
        }

        return applied;
    }

    /// <summary>Writes what a precision says, be it by a name, over the model's fields of that name.</summary>
    public static void Apply(ModelProvider model, ConfigValue precision)
    {
        foreach ((ConfigValue field, ConfigValue value) in Of(precision)?.Entries ?? [])
        {
            if (
                model.Schema.Field($"{field}") is { } declared
                && (value.IsNull ? declared.Nullable : FieldParser.Fits(declared, value))
            )
            {
                model[$"{field}"] = value;
            }
        }
    }

    private static ConfigValue.Map? Of(ConfigValue precision) =>
        precision is ConfigValue.Text { Value: var name } ? PrecisionNames.Find(name) : precision as ConfigValue.Map;
}
