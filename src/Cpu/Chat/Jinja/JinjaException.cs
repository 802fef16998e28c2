namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>What is wrong with a template, or with what it does. <paramref name="line"/> counts from 1; 0 when it is not known.</summary>
internal sealed class JinjaException(string fault, int line = 0) : Exception(fault)
{
    public int Line { get; } = line;
}
