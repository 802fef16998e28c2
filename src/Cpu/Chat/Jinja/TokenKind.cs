namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>The kinds of tokens of a template.</summary>
internal enum TokenKind
{
    /// <summary>Text between tags, as it is written out.</summary>
    Data,

    /// <summary>Begins <c>{{ }}</c>.</summary>
    PrintStart,
    PrintEnd,

    /// <summary>Begins <c>{% %}</c>.</summary>
    BlockStart,
    BlockEnd,
    Name,
    Text,
    Integer,
    Real,
    Operator,
    End,
}
