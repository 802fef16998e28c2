namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>The arguments of a call as the template has them.</summary>
internal sealed record CallArguments(Expression[] Positional, (string Name, Expression Value)[] Named)
{
    public static CallArguments None { get; } = new([], []);
}
