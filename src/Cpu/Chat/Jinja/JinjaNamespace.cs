namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>What <c>namespace()</c> makes: names that a template may set from within a loop.</summary>
internal sealed class JinjaNamespace
{
    public Dictionary<string, object?> Values { get; } = new(StringComparer.Ordinal);
}
