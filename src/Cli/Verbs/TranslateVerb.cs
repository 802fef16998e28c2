using System.Buffers;
using System.CommandLine;
using System.Text;
using System.Text.Json;
using MegatronBridge.Cli.Errors;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Storage;
using MegatronBridge.Translation;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>translate</c>: arguments of Megatron-LM as overrides of Megatron-Bridge, and back.</summary>
internal sealed class TranslateVerb : Verb
{
    private const int MostBytes = 1 << 20;

    private static readonly SearchValues<char> Special = SearchValues.Create(",()[]{}'\"=");
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_/:+%@"
    );

    private readonly TextOption _args = new(
        "--args",
        "TEXT",
        "The arguments, or with --reverse the overrides, as one text."
    );
    private readonly TextOption _file = new(
        "--file",
        "FILE",
        "A file with them: what a shell script has behind its command, or a YAML file (.yaml, .yml) with MODEL_ARGS, as Megatron-LM's tests have.",
        "--yaml"
    );
    private readonly FlagOption _allowUnknown = new(
        "--allow-unknown",
        "Leave out arguments that Megatron-LM's training does not have, instead of refusing them all."
    );
    private readonly FlagOption _reverse = new("--reverse", "From overrides to arguments.");

    public TranslateVerb()
        : base("translate", "Translates arguments of Megatron-LM into overrides of Megatron-Bridge, and back.")
    {
        AddOptions(_args, _file, _allowUnknown, _reverse);
    }

    /// <inheritdoc/>
    public override string Example => "--args \"--num-layers 32 --hidden-size 4096 --swiglu\"";

    /// <inheritdoc/>
    public override async Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        (string? args, string? file) = (parsed.GetValue(_args), parsed.GetValue(_file));
        if (args is null == file is null)
        {
            throw new UsageException(
                $"{CommandLine.Name} {Name}",
                ["Give the text with --args, or a --file that has it."]
            );
        }

        bool isReverse = parsed.GetValue(_reverse);
        bool allowUnknown = parsed.GetValue(_allowUnknown);
        byte[] bytes = args is null ? await ReadAsync(file!, cancellation) : [];
        string text = args ?? Encoding.UTF8.GetString(bytes);
        return new Translation(
            isReverse ? ArgumentTranslation.ToMegatron(text)
                : IsYaml(file) ? ArgumentTranslation.YamlToBridge(bytes, file!, allowUnknown)
                : ArgumentTranslation.ToBridge(text, allowUnknown),
            isReverse
        );
    }

    private static bool IsYaml(string? file) => Path.GetExtension(file) is ".yaml" or ".yml";

    private static async Task<byte[]> ReadAsync(string file, CancellationToken cancellation)
    {
        FileInfo info = new(file);
        if (!info.Exists || info.Length > MostBytes)
        {
            throw new BadFileException(
                file,
                info.Exists ? $"{info.Length} bytes are too many for a command line." : "the file does not exist."
            );
        }

        return await File.ReadAllBytesAsync(file, cancellation);
    }

    private sealed class Translation(TranslatedSettings translated, bool isReverse) : Report
    {
        protected override void WriteJson(Utf8JsonWriter json)
        {
            Write(json, isReverse ? "arguments" : "overrides", translated.Settings);
            Write(json, "left_out", translated.LeftOut);
            json.WriteStartArray("notes");
            foreach (string note in translated.Notes)
            {
                json.WriteStringValue(note);
            }

            json.WriteEndArray();
        }

        protected override void WriteText(TextWriter text)
        {
            foreach ((string name, string value) in translated.Settings)
            {
                string line =
                    !isReverse ? $"{name}={Quoted(AsOverride(value))}"
                    : value.Length == 0 ? name
                    : $"{name} {Quoted(value)}";
                text.WriteLine(Printable.Line(line));
            }

            foreach ((string name, string reason) in translated.LeftOut)
            {
                text.WriteLine(Printable.Line($"# left out: {name}: {reason}"));
            }

            foreach (string note in translated.Notes)
            {
                text.WriteLine(Printable.Line($"# note: {note}"));
            }
        }

        private static void Write(Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, string>> entries)
        {
            json.WriteStartObject(name);
            foreach ((string key, string value) in entries)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
        }

        // Overrides have a grammar of their own, in which a text with commas or brackets stands in quotes.
        private static string AsOverride(string value) =>
            value is not ['[', .., ']'] && value.AsSpan().ContainsAny(Special)
                ? $"'{value.Replace("'", "\\'", StringComparison.Ordinal)}'"
                : value;

        // A variable must reach the shell, a command must not.
        private static string Quoted(string value) =>
            value.Contains('$', StringComparison.Ordinal) && !value.Contains("$(", StringComparison.Ordinal)
                ? $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("`", "\\`", StringComparison.Ordinal)}\""
            : value.Length > 0 && !value.AsSpan().ContainsAnyExcept(Plain) ? value
            : $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
