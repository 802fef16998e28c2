using MegatronBridge.Config;
using MegatronBridge.Recipes.Rules;

namespace MegatronBridge.Recipes;

/// <summary>
/// How a model of a published size is trained: a model, what all recipes of the mode share, and what is different here. Build it, change
/// what you like, and a cluster trains from the YAML.
/// </summary>
public sealed record Recipe
{
    internal Recipe(RecipeMode mode, string name, PublishedModel model, string settings)
    {
        Mode = mode;
        Name = name;
        Model = model;
        Settings = settings;
    }

    /// <summary>Its name, as upstream's function without <c>_config</c>: <c>llama31_8b_sft</c>.</summary>
    public string Name { get; }

    /// <summary>The family's table that it stands in: <c>llama3</c>.</summary>
    public string Family { get; internal init; } = "";

    /// <summary>The model.</summary>
    public PublishedModel Model { get; internal init; }

    /// <summary>What is trained.</summary>
    public RecipeMode Mode { get; }

    /// <summary>What upstream calls it too, the GPUs that it was made for in the name; without <c>_config</c>.</summary>
    public IReadOnlyList<string> OtherNames { get; internal init; } = [];

    /// <summary>Where it comes from.</summary>
    public RecipeKind Kind { get; internal init; }

    /// <summary>False for a recipe that upstream does not have, and that follows from a rule: docs/recipes.md.</summary>
    public bool IsUpstream => Kind != RecipeKind.Derived;

    /// <summary>What a performance recipe was measured on; null for the others, whose least number of GPUs follows from the layout.</summary>
    public RecipeHardware? Hardware { get; internal init; }

    internal string Settings { get; private init; }

    /// <summary>The same with DoRA's adapters, of the same rank and scale, in place of LoRA's.</summary>
    /// <exception cref="InvalidOperationException">The recipe trains no adapters.</exception>
    public Recipe WithDora()
    {
        if (Mode != RecipeMode.Peft)
        {
            throw new InvalidOperationException($"{Name} trains no adapters.");
        }

        // Grouped experts have no weight that DoRA could take the norm of.
        ConfigContainer lora = Build();
        ModelProvider model = ModelRules.Completed(lora);
        IEnumerable<string> targets = ((ConfigValue.List)lora["peft.target_modules"]).Items.Select(target =>
            $"{target}"
        );
        if (model.MoeGroupedGemm)
        {
            targets = AdapterTargets.WithoutExperts(targets, AdapterTargets.Layers(model));
        }

        ConfigValue adapted = ConfigValue.ListOf(targets.Select(target => (ConfigValue)target));
        return this with
        {
            Settings = $"""
                {Settings}
                peft: _target_=megatron.bridge.peft.dora.DoRA dim={lora["peft.dim"]} alpha={lora["peft.alpha"]}
                peft: target_modules={adapted.ToJson()!.ToJsonString()} dropout={lora["peft.dropout"]}
                """,
        };
    }

    /// <summary>The configuration, with other values for some names: <c>train.global_batch_size=16</c>.</summary>
    /// <exception cref="InvalidConfigException">Names are not known or values of the wrong kind; all are told.</exception>
    public ConfigContainer Build(params IEnumerable<KeyValuePair<string, string>> overrides) =>
        ConfigContainer
            .Of(Model.ToProvider(), RecipeDefaults.Sections, Model.Form)
            .With(RecipeSettings.Parse(Settings))
            .With(overrides);
}
