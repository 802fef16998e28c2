using System.Text.Json;

namespace MegatronBridge.Cli.Output;

/// <summary>Nothing to say: another process says it.</summary>
internal sealed class NoReport : Report
{
    /// <inheritdoc/>
    public override void Print(Terminal terminal, bool asJson) { }

    /// <inheritdoc/>
    protected override void WriteJson(Utf8JsonWriter json) { }

    /// <inheritdoc/>
    protected override void WriteText(TextWriter text) { }
}
