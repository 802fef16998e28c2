namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>What a name or key gives that is not there: it prints as nothing and is false, but has no attributes and no arithmetic.</summary>
internal sealed record Undefined(string Name);
