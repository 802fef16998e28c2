using System.Text.Json;
using MegatronBridge.Cli.Output;
using MegatronBridge.Recipes;

namespace MegatronBridge.Cli.Verbs;

/// <summary>The configuration of a recipe, ready to be saved in a file.</summary>
internal sealed class RecipeReport(Recipe? recipe, ConfigContainer config, bool isJson) : Report
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <inheritdoc/>
    protected override void WriteJson(Utf8JsonWriter json)
    {
        if (recipe is not null)
        {
            json.WriteString("recipe", recipe.Name);
            json.WriteString("kind", RecipeListReport.Kind(recipe));
        }

        json.WriteNumber("least_gpus", config.LeastGpus);
        json.WriteStartArray("notes");
        foreach (string note in config.Notes())
        {
            json.WriteStringValue(note);
        }

        json.WriteEndArray();
        json.WritePropertyName("config");
        config.ToJson().WriteTo(json);
    }

    /// <inheritdoc/>
    protected override void WriteText(TextWriter text)
    {
        if (isJson)
        {
            text.WriteLine(config.ToJson().ToJsonString(Indented));
        }
        else
        {
            text.Write(config.ToYaml());
        }
    }
}
