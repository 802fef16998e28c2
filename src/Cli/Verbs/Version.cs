using System.Reflection;
using System.Text.Json;
using MegatronBridge.Cli.Output;

namespace MegatronBridge.Cli.Verbs;

/// <summary>The version of this build.</summary>
internal sealed class Version : Report
{
    /// <summary>For example <c>0.1.0+6c9d085…</c>, with the commit when it is known.</summary>
    public static string Text { get; } =
        typeof(Version).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <inheritdoc/>
    protected override void WriteJson(Utf8JsonWriter json) => json.WriteString("version", Text);

    /// <inheritdoc/>
    protected override void WriteText(TextWriter text) => text.WriteLine($"{CommandLine.Name} {Text}");
}
