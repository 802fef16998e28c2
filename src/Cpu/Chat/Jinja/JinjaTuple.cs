namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>A Python tuple: a list that prints in parentheses and equals tuples only.</summary>
internal sealed record JinjaTuple(List<object?> Items);
