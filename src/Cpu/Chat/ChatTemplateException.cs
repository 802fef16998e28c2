namespace MegatronBridge.Cpu.Chat;

/// <summary>A conversation that a chat template does not take, or that it fails on; the message says why.</summary>
public sealed class ChatTemplateException(string message) : Exception(message);
