namespace MegatronBridge.Cpu.Chat;

/// <summary>What one side says: <paramref name="Role"/> is <c>system</c>, <c>user</c>, <c>assistant</c> or another that the template knows.</summary>
public sealed record ChatMessage(string Role, string Content);
