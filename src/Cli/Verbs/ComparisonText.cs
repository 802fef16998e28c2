using System.Globalization;
using System.Text.Json;
using MegatronBridge.Cli.Output;
using MegatronBridge.Storage.Comparison;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cli.Verbs;

/// <summary>Prints what a comparison of tensors found.</summary>
internal static class ComparisonText
{
    private const int Shown = 50;

    public static void WriteJson(Utf8JsonWriter json, ComparisonResult result)
    {
        json.WriteBoolean("equal", result.Differences.Count == 0);
        json.WriteNumber("equal_tensors", result.EqualCount);
        json.WriteNumber("compared_bytes", result.ComparedBytes);
        json.WriteStartArray("differences");
        foreach (TensorDifference difference in result.Differences)
        {
            json.WriteStartObject();
            json.WriteString("name", difference.Name);
            json.WriteString("kind", KindName(difference.Kind));
            WriteSide(json, "left", difference.Left);
            WriteSide(json, "right", difference.Right);
            if (difference.Values is { } values)
            {
                json.WriteNumber("different_elements", values.Count);
                JsonNumber.Write(json, "first_index", values.FirstIndex);
                JsonNumber.Write(json, "largest_difference", values.LargestDifference);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteText(TextWriter text, ComparisonResult result)
    {
        foreach (TensorDifference difference in result.Differences.Take(Shown))
        {
            text.WriteLine(Printable.Line($"{difference.Name}: {Describe(difference)}"));
        }

        int more = result.Differences.Count - Shown;
        if (more > 0)
        {
            text.WriteLine($"... and {more} more; --json lists all.");
        }

        text.WriteLine(
            $"{result.EqualCount} tensors equal, {result.Differences.Count} different; "
                + $"{ByteSize.Format(result.ComparedBytes)} compared"
        );
    }

    /// <summary>How a tensor differs, in words.</summary>
    public static string Describe(TensorDifference difference) =>
        difference.Kind switch
        {
            DifferenceKind.MissingLeft => $"only on the right, {difference.Right}",
            DifferenceKind.MissingRight => $"only on the left, {difference.Left}",
            DifferenceKind.Shape => $"shapes differ, {difference.Left} and {difference.Right}",
            DifferenceKind.DType => $"types differ, {difference.Left} and {difference.Right}{Values(difference)}",
            _ => $"values differ, {difference.Left}{Values(difference)}",
        };

    private static string Values(TensorDifference difference) =>
        difference.Values switch
        {
            null => "",
            { FirstIndex: null } => "; the values are the same",
            { } values => string.Create(
                CultureInfo.InvariantCulture,
                $"; {values.Count} of {difference.Left!.Shape.ElementCount} elements, first at {Index(values.FirstIndex.Value, difference.Left.Shape)}"
            ) + (values.LargestDifference is { } largest ? $", at most {largest:G6} apart" : ""),
        };

    /// <summary>The index in each dimension, for example <c>[3, 17]</c>.</summary>
    private static string Index(long element, Shape shape)
    {
        long[] index = new long[shape.Rank];
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            (element, index[axis]) = Math.DivRem(element, shape[axis]);
        }

        return $"[{string.Join(", ", index)}]";
    }

    private static string KindName(DifferenceKind kind) =>
        kind switch
        {
            DifferenceKind.MissingLeft => "missing_left",
            DifferenceKind.MissingRight => "missing_right",
            DifferenceKind.Shape => "shape",
            DifferenceKind.DType => "dtype",
            _ => "values",
        };

    private static void WriteSide(Utf8JsonWriter json, string side, TensorView? tensor)
    {
        if (tensor is null)
        {
            json.WriteNull(side);
            return;
        }

        json.WriteStartObject(side);
        json.WriteString("dtype", tensor.DType.TorchName());
        JsonNumber.Write(json, "shape", tensor.Shape);
        json.WriteEndObject();
    }
}
