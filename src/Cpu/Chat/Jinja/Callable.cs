namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>Something that a template can call: a macro, a function, a method with what it belongs to.</summary>
internal sealed record Callable(string Name, Func<Arguments, object?> Call);
