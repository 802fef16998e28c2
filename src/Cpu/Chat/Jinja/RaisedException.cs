namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>What a template says with <c>raise_exception</c>.</summary>
internal sealed class RaisedException(string message) : Exception(message);
