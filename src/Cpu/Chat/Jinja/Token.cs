namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>A part of a template: text between tags, the edges of tags, and what stands in them.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Line)
{
    public bool Is(TokenKind kind, string text) => Kind == kind && Text == text;
}
