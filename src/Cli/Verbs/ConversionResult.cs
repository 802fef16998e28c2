using System.Text.Json;
using MegatronBridge.Cli.Output;
using MegatronBridge.Conversion;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cli.Verbs;

/// <summary>Prints what an import or an export has done, or would do.</summary>
internal sealed class ConversionResult(string verb, ConversionReport report, bool isDryRun) : Report
{
    private const int NamesShown = 5;

    /// <inheritdoc/>
    protected override void WriteJson(Utf8JsonWriter json) => WriteMembers(json);

    /// <inheritdoc/>
    protected override void WriteText(TextWriter text) => WriteLines(text);

    /// <summary>Writes the members of a JSON document, which may have others too.</summary>
    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("verb", verb);
        json.WriteBoolean("dry_run", isDryRun);
        json.WriteString("architecture", report.Architecture);
        json.WriteString("target", report.Target);
        json.WriteNumber("source_tensors", report.SourceTensors);
        json.WriteNumber("target_tensors", report.TargetTensors);
        json.WriteNumber("parameters", report.ParameterCount);
        json.WriteStartArray("files");
        foreach ((string name, long bytes) in report.Files)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteNumber("bytes", bytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteEntries(json, "ignored", report.Ignored);
        WriteEntries(json, "taken_over", report.TakenOver);
        json.WriteStartArray("casts");
        foreach (Cast cast in report.Casts)
        {
            json.WriteStartObject();
            json.WriteString("name", cast.Name);
            json.WriteString("from", cast.From.TorchName());
            json.WriteString("to", cast.To.TorchName());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WeightReport.WriteJson(json, report);
        json.WriteStartArray("notes");
        foreach (string note in report.Notes)
        {
            json.WriteStringValue(note);
        }

        json.WriteEndArray();
        if (!isDryRun)
        {
            json.WriteNumber("bytes", report.Bytes);
            json.WriteNumber("seconds", Math.Round(report.Elapsed.TotalSeconds, 3));
        }
    }

    private static void WriteEntries(Utf8JsonWriter json, string name, IReadOnlyList<IgnoredEntry> entries)
    {
        json.WriteStartArray(name);
        foreach (IgnoredEntry entry in entries)
        {
            json.WriteStartObject();
            json.WriteString("name", entry.Name);
            json.WriteString("reason", entry.Reason);
            json.WriteString("equal_to", entry.EqualTo);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>
    /// One line for each copy, with what it equals; one for all others that have one reason, such as the state of an optimizer.
    /// </summary>
    private void WriteEntries(TextWriter text, IReadOnlyList<IgnoredEntry> entries, string copies, string others)
    {
        foreach (IgnoredEntry entry in entries.Where(entry => entry.EqualTo is not null))
        {
            string check = isDryRun ? "to be compared bit for bit" : "compared bit for bit";
            text.WriteLine(
                Printable.Line($"{copies} {entry.Name}, a copy of {entry.EqualTo} ({check}): {entry.Reason}")
            );
        }

        foreach (var alike in entries.Where(entry => entry.EqualTo is null).GroupBy(entry => entry.Reason))
        {
            text.WriteLine(Printable.Line($"{others} {Names([.. alike.Select(entry => entry.Name)])}: {alike.Key}"));
        }
    }

    private static string Names(IReadOnlyList<string> names) =>
        names.Count <= NamesShown ? FirstOf(names) : $"{names.Count} tensors ({FirstOf(names)})";

    private static string FirstOf(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(NamesShown)) + (names.Count > NamesShown ? ", ..." : "");

    /// <summary>Writes the text for people.</summary>
    public void WriteLines(TextWriter text)
    {
        text.WriteLine(
            $"{(isDryRun ? "Would " : "")}{verb} {report.Architecture}, {Count.Format(report.ParameterCount)} parameters: "
                + $"{report.SourceTensors} tensors to {report.TargetTensors}"
        );
        text.WriteLine($"{(isDryRun ? "Would write" : "Wrote")} {report.Target}");
        Columns files = new("file", ">bytes");
        foreach ((string name, long bytes) in report.Files)
        {
            files.Add(name, $"{bytes}");
        }

        files.WriteTo(text);
        WriteEntries(text, report.Ignored, "Left out", "Left out");
        WriteEntries(text, report.TakenOver, "Wrote again", "Took over from the original");
        foreach (var casts in report.Casts.GroupBy(cast => (cast.From, cast.To)))
        {
            string names = FirstOf([.. casts.Select(cast => cast.Name)]);
            text.WriteLine(
                $"Cast {casts.Count()} tensors from {casts.Key.From.TorchName()} to {casts.Key.To.TorchName()}: {names}"
            );
        }

        WeightReport.WriteText(text, report);
        foreach (string note in report.Notes)
        {
            text.WriteLine(Printable.Line(note));
        }

        if (!isDryRun)
        {
            double rate = report.Bytes / Math.Max(report.Elapsed.TotalSeconds, 1e-6);
            text.WriteLine(
                $"{ByteSize.Format(report.Bytes)} in {report.Elapsed.TotalSeconds:F2} s, {ByteSize.Format((long)rate)}/s"
            );
        }
    }
}
