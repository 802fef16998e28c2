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
    protected override void WriteJson(Utf8JsonWriter json)
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
        json.WriteStartArray("ignored");
        foreach (IgnoredEntry entry in report.Ignored)
        {
            json.WriteStartObject();
            json.WriteString("name", entry.Name);
            json.WriteString("reason", entry.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
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

    /// <inheritdoc/>
    protected override void WriteText(TextWriter text)
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
        foreach (IgnoredEntry entry in report.Ignored)
        {
            text.WriteLine(Printable.Line($"Left out {entry.Name}: {entry.Reason}"));
        }

        foreach (var casts in report.Casts.GroupBy(cast => (cast.From, cast.To)))
        {
            string names = string.Join(", ", casts.Take(NamesShown).Select(cast => cast.Name));
            string more = casts.Count() > NamesShown ? ", ..." : "";
            text.WriteLine(
                $"Cast {casts.Count()} tensors from {casts.Key.From.TorchName()} to {casts.Key.To.TorchName()}: {names}{more}"
            );
        }

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
