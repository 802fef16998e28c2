using System.Text.Json;
using MegatronBridge.Cli.Output;
using MegatronBridge.Inspection;
using MegatronBridge.Storage;

namespace MegatronBridge.Cli.Verbs;

/// <summary>Prints a C# file to start a family from.</summary>
internal sealed class SkeletonReport(Checkpoint checkpoint) : Report
{
    private readonly string _skeleton =
        checkpoint.Model?.Skeleton
        ?? throw new BadFileException(
            checkpoint.Path,
            "a skeleton of a family is made of a Hugging Face model with its config.json; this is none."
        );

    /// <inheritdoc/>
    protected override void WriteJson(Utf8JsonWriter json) => json.WriteString("skeleton", _skeleton);

    /// <inheritdoc/>
    protected override void WriteText(TextWriter text) => text.Write(_skeleton);
}
