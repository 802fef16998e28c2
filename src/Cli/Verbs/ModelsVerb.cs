using System.CommandLine;
using System.Text.Json;
using MegatronBridge.Cli.Output;
using MegatronBridge.Families;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>models</c>: the architectures that can be converted.</summary>
internal sealed class ModelsVerb() : Verb("models", "Lists the supported architectures.")
{
    /// <inheritdoc/>
    public override string Example => "";

    /// <inheritdoc/>
    public override Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation) =>
        Task.FromResult<Report>(new ModelList());

    private sealed class ModelList : Report
    {
        protected override void WriteJson(Utf8JsonWriter json)
        {
            json.WriteStartArray("models");
            foreach (Family family in FamilyList.All)
            {
                json.WriteStartObject();
                json.WriteString("architecture", family.Architecture);
                json.WriteString("model_type", family.ModelType);
                json.WriteString("provider", family.Schema.Target);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        protected override void WriteText(TextWriter text)
        {
            Columns columns = new("architecture", "model_type", "Megatron provider");
            foreach (Family family in FamilyList.All)
            {
                columns.Add(family.Architecture, family.ModelType, family.Schema.Name);
            }

            columns.WriteTo(text);
        }
    }
}
