using System.Text.Encodings.Web;
using MegatronBridge.Config;

namespace MegatronBridge.Inspection;

/// <summary>Values as C# source has them.</summary>
internal static class CSharpText
{
    /// <summary>A text in quotes. C# has all escapes of JSON but that of the slash, which need not be escaped.</summary>
    public static string Quote(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";

    /// <summary>A text that cannot end the comment that it stands in.</summary>
    public static string Comment(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    /// <summary>An expression that can be assigned to a provider's field.</summary>
    public static string Literal(ConfigValue value) =>
        value switch
        {
            { IsNull: true } => "ConfigValue.Null",
            ConfigValue.Integer => $"{value}L",
            ConfigValue.Number { Value: var number } when double.IsNaN(number) => "double.NaN",
            ConfigValue.Number { Value: double.PositiveInfinity } => "double.PositiveInfinity",
            ConfigValue.Number { Value: double.NegativeInfinity } => "double.NegativeInfinity",
            ConfigValue.Text { Value: var text } => Quote(text),
            ConfigValue.List or ConfigValue.Map =>
                $"ConfigValue.FromJson(JsonNode.Parse(\"\"\"{value.ToJson()!.ToJsonString()}\"\"\"))",
            _ => value.ToString(),
        };

    /// <summary>Several names as one, with braces around what differs: <c>{q,k,v}_proj</c>.</summary>
    public static string JoinBraces(string[] names)
    {
        if (names.Length == 1)
        {
            return names[0];
        }

        int shortest = names.Min(name => name.Length);
        int front = Enumerable
            .Range(0, shortest)
            .TakeWhile(i => Array.TrueForAll(names, name => name[i] == names[0][i]))
            .Count();
        int back = Enumerable
            .Range(1, shortest - front)
            .TakeWhile(i => Array.TrueForAll(names, name => name[^i] == names[0][^i]))
            .Count();
        string choices = string.Join(',', names.Select(name => name[front..^back]));
        return $"{names[0][..front]}{{{choices}}}{names[0][^back..]}";
    }

    /// <summary>The name of a class for an architecture: <c>Llama</c> for <c>LlamaForCausalLM</c>.</summary>
    public static string ClassName(string architecture)
    {
        string letters = string.Concat(architecture.Where(char.IsAsciiLetterOrDigit));
        foreach (string suffix in (string[])["ForCausalLM", "ForConditionalGeneration", "LMHeadModel", "Model"])
        {
            if (letters.EndsWith(suffix, StringComparison.Ordinal))
            {
                letters = letters[..^suffix.Length];
                break;
            }
        }

        return letters.Length == 0 || !char.IsAsciiLetterUpper(letters[0]) ? $"Model{letters}" : letters;
    }
}
