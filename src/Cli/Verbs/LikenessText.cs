using System.Text.Json;
using MegatronBridge.Cli.Output;
using MegatronBridge.Inspection;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cli.Verbs;

/// <summary>Prints how far a model is from the families that are known.</summary>
internal static class LikenessText
{
    private const int Shown = 40;
    private const int ValueLength = 60;

    /// <summary>Prints what the model has beyond its family; for one without, also which families are nearest.</summary>
    public static void WriteText(TextWriter text, ModelIdentity model, string path)
    {
        if (model.Likenesses is not [var nearest, ..] || IsWhole(model))
        {
            return;
        }

        if (model.Family is null)
        {
            WriteNearest(text, model.Likenesses);
        }

        if (model.Family is null && nearest.Refusal is { } refusal)
        {
            text.WriteLine(Printable.Line($"{nearest.Family.Architecture} cannot take the config as it is: {refusal}"));
        }

        Columns beyond = new($"beyond {nearest.Family.Architecture}", "");
        foreach ((string field, string value) in nearest.UnknownFields.Take(Shown))
        {
            beyond.Add("config.json", $"{field} = {Short(value)}");
        }

        foreach (TensorPattern pattern in nearest.Unexplained.Take(Shown))
        {
            beyond.Add($"{pattern.Names.Count} tensors", $"{pattern.Text} {pattern.Shape}");
        }

        int more = Math.Max(0, nearest.UnknownFields.Count - Shown) + Math.Max(0, nearest.Unexplained.Count - Shown);
        if (nearest.UnknownFields.Count + nearest.Unexplained.Count > 0)
        {
            text.WriteLine();
            beyond.WriteTo(text);
        }

        if (more > 0)
        {
            text.WriteLine($"... and {more} more; --json lists all.");
        }

        if (model.Family is null || nearest.Unexplained.Count > 0)
        {
            text.WriteLine();
            text.WriteLine(
                $"\"{CommandLine.Name} inspect {path} --skeleton\" prints a C# file to start a family from; docs/add-a-family.md tells how."
            );
        }
    }

    /// <summary>Writes the same, whole.</summary>
    public static void WriteJson(Utf8JsonWriter json, IReadOnlyList<ModelLikeness> likenesses)
    {
        json.WriteStartArray("nearest");
        foreach (ModelLikeness likeness in likenesses)
        {
            json.WriteStartObject();
            json.WriteString("architecture", likeness.Family.Architecture);
            json.WriteNumber("explained_patterns", likeness.ExplainedCount);
            json.WriteString("refusal", likeness.Refusal);
            json.WriteStartArray("unexplained");
            foreach (TensorPattern pattern in likeness.Unexplained)
            {
                json.WriteStartObject();
                json.WriteString("pattern", pattern.Text);
                json.WriteNumber("tensors", pattern.Names.Count);
                JsonNumber.Write(json, "shape", pattern.Shape);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("absent");
            foreach (string pattern in likeness.Absent)
            {
                json.WriteStringValue(pattern);
            }

            json.WriteEndArray();
            json.WriteStartObject("unknown_fields");
            foreach ((string field, string value) in likeness.UnknownFields)
            {
                json.WritePropertyName(field);
                json.WriteRawValue(value);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static bool IsWhole(ModelIdentity model) =>
        model.Family is not null
        && model.Likenesses[0].UnknownFields.Count == 0
        && model.Likenesses[0].Unexplained.Count == 0;

    private static void WriteNearest(TextWriter text, IReadOnlyList<ModelLikeness> likenesses)
    {
        text.WriteLine();
        Columns nearest = new(
            "nearest families",
            ">tensor names explained",
            ">unknown config fields",
            ">rows without tensors"
        );
        foreach (ModelLikeness likeness in likenesses)
        {
            nearest.Add(
                likeness.Family.Architecture,
                $"{likeness.ExplainedCount} of {likeness.ExplainedCount + likeness.Unexplained.Count}",
                $"{likeness.UnknownFields.Count}",
                $"{likeness.Absent.Count}"
            );
        }

        nearest.WriteTo(text);
    }

    private static string Short(string value) => value.Length <= ValueLength ? value : $"{value[..ValueLength]}...";
}
