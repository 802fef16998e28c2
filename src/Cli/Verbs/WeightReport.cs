using System.Globalization;
using System.Text.Json;
using MegatronBridge.Cli.Output;
using MegatronBridge.Conversion;
using MegatronBridge.Quantization;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cli.Verbs;

/// <summary>Prints which weights were codes, and what the weights look like.</summary>
internal static class WeightReport
{
    public static void WriteJson(Utf8JsonWriter json, ConversionReport report)
    {
        json.WriteStartArray("dequantized");
        foreach (IGrouping<string, QuantizedTensor> scheme in Schemes(report))
        {
            json.WriteStartObject();
            json.WriteString("scheme", scheme.Key);
            json.WriteNumber("tensors", scheme.Count());
            json.WriteString("to", scheme.First().View.DType.TorchName());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("weights");
        foreach (WeightClass weight in report.Weights)
        {
            json.WriteStartObject();
            json.WriteString("class", weight.Name);
            json.WriteNumber("parameters", weight.Parameters);
            json.WriteNumber("sampled", weight.Sampled);
            JsonNumber.Write(json, "std", weight.Std);
            JsonNumber.Write(json, "largest", weight.Largest);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("warnings");
        foreach (string warning in report.Warnings)
        {
            json.WriteStringValue(warning);
        }

        json.WriteEndArray();
    }

    public static void WriteText(TextWriter text, ConversionReport report)
    {
        foreach (IGrouping<string, QuantizedTensor> scheme in Schemes(report))
        {
            text.WriteLine(
                $"Dequantized {scheme.Count()} tensors to {scheme.First().View.DType.TorchName()}: {scheme.Key}"
            );
        }

        if (report.Weights.Count > 0)
        {
            Columns weights = new("weights, by a sample", ">parameters", ">std", ">largest");
            foreach (WeightClass weight in report.Weights)
            {
                weights.Add(weight.Name, $"{weight.Parameters}", Format(weight.Std), Format(weight.Largest));
            }

            weights.WriteTo(text);
        }

        foreach (string warning in report.Warnings)
        {
            text.WriteLine(Printable.Line($"Warning: {warning}"));
        }
    }

    private static IEnumerable<IGrouping<string, QuantizedTensor>> Schemes(ConversionReport report) =>
        report.Dequantized.GroupBy(tensor => tensor.Scheme, StringComparer.Ordinal);

    private static string Format(double number) => number.ToString("G3", CultureInfo.InvariantCulture);
}
