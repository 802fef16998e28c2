using System.Text.Encodings.Web;
using System.Text.Json;

namespace MegatronBridge.Cli.Output;

/// <summary>The result of a verb, which can be printed for people or as one JSON document.</summary>
internal abstract class Report
{
    // Names of tensors and files should read as they are; nothing of this goes into a web page.
    private static readonly JsonWriterOptions Readable = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>What the command returns after this report.</summary>
    public virtual ExitCode ExitCode => ExitCode.Done;

    /// <summary>Writes the members of the JSON document.</summary>
    protected abstract void WriteJson(Utf8JsonWriter json);

    /// <summary>Writes the text for people.</summary>
    protected abstract void WriteText(TextWriter text);

    /// <summary>Prints the report on standard output.</summary>
    public virtual void Print(Terminal terminal, bool asJson)
    {
        if (!asJson)
        {
            using StreamWriter text = terminal.OpenText();
            WriteText(text);
            return;
        }

        using (Utf8JsonWriter json = new(terminal.Out, Readable))
        {
            json.WriteStartObject();
            WriteJson(json);
            json.WriteEndObject();
        }

        terminal.Out.Write("\n"u8);
        terminal.Out.Flush();
    }
}
