using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Recipes.Sections;

namespace MegatronBridge.Recipes.Rules;

/// <summary>Every field must be one of its class, and of its kind: upstream leaves out what a class does not know, and goes on.</summary>
internal static class FieldRules
{
    // A set that only running code fills; and what upstream's own recipes write otherwise than its class says.
    private static readonly string[] Free = ["params_to_save", Targets.Key];

    // What upstream's classes do not have (docs/extensions.md, docs/models.md), and what the newer class has beside the model's fields.
    private static readonly string[] OfModels =
    [
        "add_attention_output_bias",
        "add_mlp_bias",
        "add_output_layer_bias",
        "extra_checkpoint_metadata",
        "hf_architecture",
        "hf_rope_parameters",
        "llama_4_scaling_beta",
        "moe_sparsemixer_jitter_eps",
        "residual_multiplier",
        "rotary_percents",
        "swiglu_limits",
        "swiglu_limits_shared",
        "yarn_attention_factor",
        "yarn_only_types",
    ];

    public static IEnumerable<string> Faults(ConfigContainer config)
    {
        foreach (string section in config.Sections.Where(name => name is not ("model" or Targets.Key)))
        {
            if (RecipeDefaults.Sections.Find(section) is null)
            {
                string? nearest = Spelling.Nearest(
                    section,
                    RecipeDefaults.Sections.Entries.Select(entry => $"{entry.Key}")
                );
                yield return $"There is no section \"{section}\". Did you mean \"{nearest}\"?";
                continue;
            }

            foreach (string fault in OfValue(section, config[section]))
            {
                yield return fault;
            }
        }

        foreach (string field in config.Model.Unknown.Select(unknown => unknown.Key).Except(OfModels))
        {
            yield return $"{config.Model.Schema.Name} has no field \"{field}\". Did you mean "
                + $"\"model.{Spelling.Nearest(field, config.Model.Fields.Select(known => known.Key))}\"?";
        }
    }

    private static IEnumerable<string> OfValue(string path, ConfigValue value)
    {
        if (value is not ConfigValue.Map map || SectionSchemas.Find(Targets.Of(map)) is not { } schema)
        {
            yield break;
        }

        foreach ((string field, ConfigValue said) in map.Entries.Select(entry => ($"{entry.Key}", entry.Value)))
        {
            if (Free.Contains(field))
            {
                continue;
            }

            if ((schema.Field(field) ?? DevelopmentSections.Field(path, field)) is not { } declared)
            {
                yield return $"{path} has no field \"{field}\". Did you mean "
                    + $"\"{path}.{Spelling.Nearest(field, schema.Fields.Select(known => known.Name))}\"?";
            }
            else if (!(said.IsNull ? declared.Nullable || declared.Default.IsNull : FieldParser.Fits(declared, said)))
            {
                yield return $"{path}.{field} must be {FieldParser.Describe(declared)}, found {said}.";
            }

            foreach (string fault in OfValue($"{path}.{field}", said))
            {
                yield return fault;
            }
        }
    }
}
