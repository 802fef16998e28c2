using System.CommandLine;
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
    private const int MostCharacters = 1 << 20;

    private readonly TextOption _args = new(
        "--args",
        "TEXT",
        "The arguments, or with --reverse the overrides, as one text."
    );
    private readonly TextOption _file = new(
        "--file",
        "FILE",
        "A file with them: what a shell script has behind its command."
    );
    private readonly FlagOption _reverse = new("--reverse", "From overrides to arguments.");

    public TranslateVerb()
        : base("translate", "Translates arguments of Megatron-LM into overrides of Megatron-Bridge, and back.")
    {
        Options.Add(_args);
        Options.Add(_file);
        Options.Add(_reverse);
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

        string text = args ?? await ReadAsync(file!, cancellation);
        bool isReverse = parsed.GetValue(_reverse);
        return new Translation(
            isReverse ? ArgumentTranslation.ToMegatron(text) : ArgumentTranslation.ToBridge(text),
            isReverse
        );
    }

    private static async Task<string> ReadAsync(string file, CancellationToken cancellation)
    {
        FileInfo info = new(file);
        if (!info.Exists || info.Length > MostCharacters)
        {
            throw new BadFileException(
                file,
                info.Exists ? $"{info.Length} bytes are too many for a command line." : "the file does not exist."
            );
        }

        return await File.ReadAllTextAsync(file, cancellation);
    }

    private sealed class Translation(TranslatedSettings translated, bool isReverse) : Report
    {
        protected override void WriteJson(Utf8JsonWriter json)
        {
            Write(json, isReverse ? "arguments" : "overrides", translated.Settings);
            Write(json, "left_out", translated.LeftOut);
        }

        protected override void WriteText(TextWriter text)
        {
            foreach ((string name, string value) in translated.Settings)
            {
                string line =
                    !isReverse ? $"{name}={Quoted(value)}"
                    : value.Length == 0 ? name
                    : $"{name} {Quoted(value)}";
                text.WriteLine(Printable.Line(line));
            }

            foreach ((string name, string reason) in translated.LeftOut)
            {
                text.WriteLine(Printable.Line($"# left out: {name}: {reason}"));
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

        private static string Quoted(string value) =>
            value.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/' or ':' or '+' or '%' or '@')
            && value.Length > 0
                ? value
                : $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
