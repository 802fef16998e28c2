using System.Globalization;
using System.Text.Json;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cpu.Tokenizers;
using MegatronBridge.Tools;

namespace MegatronBridge.Cli.Verbs;

/// <summary>Prints which rows of embeddings are weak, and what a repair has done or would do.</summary>
internal sealed class EmbeddingResult(
    EmbeddingReport report,
    EmbeddingRepairOptions options,
    Tokenizer? tokenizer,
    bool isDryRun
) : Report
{
    private const int RowsShown = 20;

    private readonly ConversionResult? _conversion = report.Conversion is { } conversion
        ? new("repair-embeddings", conversion, isDryRun)
        : null;

    /// <inheritdoc/>
    protected override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteNumber("threshold", options.Threshold);
        json.WriteBoolean("tied", report.IsTied);
        json.WriteStartArray("matrices");
        foreach (EmbeddingMatrixReport matrix in report.Matrices)
        {
            WriteMatrix(json, matrix);
        }

        json.WriteEndArray();
        if (_conversion is null)
        {
            json.WriteString("verb", "repair-embeddings");
            json.WriteBoolean("dry_run", true);
            return;
        }

        json.WriteString("rows", $"{report.Rows}".ToLowerInvariant());
        _conversion.WriteMembers(json);
    }

    /// <inheritdoc/>
    protected override void WriteText(TextWriter text)
    {
        foreach (EmbeddingMatrixReport matrix in report.Matrices)
        {
            string padding = matrix.PaddingRows > 0 ? $" and {matrix.PaddingRows} that pad the vocabulary" : "";
            text.WriteLine(
                Printable.Line(
                    $"{matrix.Name}: {matrix.Weak.Count} of {matrix.Rows} rows{padding} are weak (norm up to {Text(options.Threshold)}); "
                        + $"the others have a norm of {Text(matrix.HealthyNorm)} (root mean square)"
                )
            );
            Columns rows = new(">  token", ">norm", "text");
            foreach ((int row, double norm) in matrix.Weak.Take(RowsShown))
            {
                rows.Add($"{row}", Text(norm), tokenizer is null ? "" : TextOf(row) ?? "(none)");
            }

            if (matrix.Weak.Count > 0)
            {
                rows.WriteTo(text);
            }

            if (matrix.Weak.Count > RowsShown)
            {
                text.WriteLine($"  and {matrix.Weak.Count - RowsShown} more; --json lists all");
            }
        }

        if (report.IsTied)
        {
            text.WriteLine("The head is tied to the embedding.");
        }

        if (_conversion is not null)
        {
            text.WriteLine($"Rewritten rows become: {$"{report.Rows}".ToLowerInvariant()}.");
            _conversion.WriteLines(text);
        }
    }

    private void WriteMatrix(Utf8JsonWriter json, EmbeddingMatrixReport matrix)
    {
        json.WriteStartObject();
        json.WriteString("name", matrix.Name);
        json.WriteNumber("rows", matrix.Rows);
        json.WriteNumber("padding_rows", matrix.PaddingRows);
        json.WriteNumber("healthy_norm", matrix.HealthyNorm);
        json.WriteStartArray("weak");
        foreach ((int row, double norm) in matrix.Weak)
        {
            json.WriteStartObject();
            json.WriteNumber("token", row);
            JsonNumber.Write(json, "norm", norm);
            if (tokenizer is not null)
            {
                json.WriteString("text", TextOf(row));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("rewritten");
        foreach (int row in matrix.Rewritten)
        {
            json.WriteNumberValue(row);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private string? TextOf(int row) => tokenizer?.TokenOf(row);

    private static string Text(double number) => number.ToString("G4", CultureInfo.InvariantCulture);
}
