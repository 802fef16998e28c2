using System.Text.Json;

namespace MegatronBridge.Cli.Output;

/// <summary>Numbers that JSON has no literal for, and lists of numbers.</summary>
internal static class JsonNumber
{
    /// <summary>Writes a number; NaN and infinity as text, as Python names them.</summary>
    public static void Write(Utf8JsonWriter json, string name, double? number)
    {
        switch (number)
        {
            case null:
                json.WriteNull(name);
                break;
            case double.NaN:
                json.WriteString(name, "NaN");
                break;
            case double.PositiveInfinity:
                json.WriteString(name, "Infinity");
                break;
            case double.NegativeInfinity:
                json.WriteString(name, "-Infinity");
                break;
            default:
                json.WriteNumber(name, number.Value);
                break;
        }
    }

    /// <summary>Writes a list of numbers.</summary>
    public static void Write(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
