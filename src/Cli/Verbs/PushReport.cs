using System.Text.Json;
using MegatronBridge.Cli.Output;
using MegatronBridge.Hub;

namespace MegatronBridge.Cli.Verbs;

/// <summary>Prints what a push has done.</summary>
internal sealed class PushReport(RepositoryId repository, PushResult result) : Report
{
    /// <inheritdoc/>
    protected override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("verb", "push");
        json.WriteBoolean("dry_run", false);
        json.WriteString("repository", $"{repository}");
        json.WriteString("page", result.Page.AbsoluteUri);
        json.WriteString("commit", result.Commit);
        WritePaths(json, "changed", result.Changed);
        WritePaths(json, "unchanged", result.Unchanged);
        WritePaths(json, "ignored", result.Ignored);
        json.WriteNumber("uploaded_bytes", result.UploadedBytes);
    }

    /// <inheritdoc/>
    protected override void WriteText(TextWriter text)
    {
        text.WriteLine(
            result.Changed.Count > 0
                ? $"Pushed {result.Changed.Count} files to {repository}, commit {result.Commit}"
                : $"Nothing is new: {repository} has all files at {result.Commit}"
        );
        foreach (string path in result.Changed)
        {
            text.WriteLine(Printable.Line($"  {path}"));
        }

        WriteRest(text, result.Unchanged, result.Ignored);
        text.WriteLine($"{ByteSize.Format(result.UploadedBytes)} of large files were sent");
        text.WriteLine(result.Page.AbsoluteUri);
    }

    /// <summary>Writes a list of paths.</summary>
    internal static void WritePaths(Utf8JsonWriter json, string name, IEnumerable<string> paths)
    {
        json.WriteStartArray(name);
        foreach (string path in paths)
        {
            json.WriteStringValue(path);
        }

        json.WriteEndArray();
    }

    /// <summary>Tells of the files that are not pushed.</summary>
    internal static void WriteRest(TextWriter text, IReadOnlyList<string> unchanged, IReadOnlyList<string> ignored)
    {
        if (unchanged.Count > 0)
        {
            text.WriteLine(Printable.Line($"There already: {string.Join(", ", unchanged)}"));
        }

        if (ignored.Count > 0)
        {
            text.WriteLine(Printable.Line($"Left out by .gitignore: {string.Join(", ", ignored)}"));
        }
    }
}
