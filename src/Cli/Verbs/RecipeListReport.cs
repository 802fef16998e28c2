using System.Globalization;
using System.Text.Json;
using MegatronBridge.Cli.Output;
using MegatronBridge.Layout;
using MegatronBridge.Recipes;

namespace MegatronBridge.Cli.Verbs;

/// <summary>Recipes with the layout and the batch of each.</summary>
internal sealed class RecipeListReport(IReadOnlyList<Recipe> recipes) : Report
{
    /// <inheritdoc/>
    protected override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartArray("recipes");
        foreach (Recipe recipe in recipes)
        {
            ConfigContainer config = recipe.Build();
            json.WriteStartObject();
            json.WriteString("name", recipe.Name);
            json.WriteString("family", recipe.Family);
            json.WriteString("mode", Mode(recipe));
            json.WriteString("model", recipe.Model.HfId);
            json.WriteBoolean("upstream", recipe.IsUpstream);
            json.WriteString("kind", Kind(recipe));
            if (recipe.Hardware is { } hardware)
            {
                json.WriteNumber("gpus", hardware.Gpus);
                json.WriteString("gpu", hardware.Gpu);
                json.WriteString("precision", hardware.Precision);
            }

            json.WriteNumber("least_gpus", config.LeastGpus);
            foreach (string size in (string[])["tensor", "pipeline", "context", "expert"])
            {
                string field = $"{size}_model_parallel_size".Replace(
                    "context_model",
                    "context",
                    StringComparison.Ordinal
                );
                json.WritePropertyName(field);
                config[$"model.{field}"].ToJson()!.WriteTo(json);
            }

            json.WritePropertyName("global_batch_size");
            config["train.global_batch_size"].ToJson()!.WriteTo(json);
            json.WritePropertyName("seq_length");
            config["model.seq_length"].ToJson()!.WriteTo(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <inheritdoc/>
    protected override void WriteText(TextWriter text)
    {
        Columns columns = new("recipe", "mode", "from", "model", ">GPUs", "layout", ">batch", ">sequence");
        foreach (Recipe recipe in recipes)
        {
            ConfigContainer config = recipe.Build();
            columns.Add(
                recipe.Name,
                Mode(recipe),
                Kind(recipe),
                recipe.Model.HfId,
                Math.Max(recipe.Hardware?.Gpus ?? 0, config.LeastGpus).ToString(CultureInfo.InvariantCulture),
                ParallelSizes.Of(config.Model).Describe(),
                $"{config["train.global_batch_size"]}",
                $"{config["model.seq_length"]}"
            );
        }

        columns.WriteTo(text);
    }

    /// <summary>Where the recipe comes from.</summary>
    public static string Kind(Recipe recipe) =>
        recipe.Kind switch
        {
            RecipeKind.Upstream => "upstream",
            RecipeKind.Derived => "derived",
            _ => "perf",
        };

    private static string Mode(Recipe recipe) =>
        recipe.Mode switch
        {
            RecipeMode.Pretrain => "pretrain",
            RecipeMode.Sft => "sft",
            _ => "peft",
        };
}
