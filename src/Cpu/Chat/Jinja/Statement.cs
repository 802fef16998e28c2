namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>A statement of a template, with its line.</summary>
internal abstract record Statement(int Line)
{
    public sealed record Data(int Line, string Text) : Statement(Line);

    public sealed record Print(int Line, Expression Value) : Statement(Line);

    public sealed record If(int Line, (Expression Condition, Statement[] Body)[] Branches, Statement[] Else)
        : Statement(Line);

    public sealed record For(
        int Line,
        string[] Targets,
        Expression Source,
        Expression? Condition,
        Statement[] Body,
        Statement[] Else
    ) : Statement(Line);

    /// <summary><c>set a = value</c>, <c>set a, b = value</c>, or of a namespace <c>set ns.a = value</c>.</summary>
    public sealed record Set(int Line, string[] Targets, string? Attribute, Expression Value) : Statement(Line);

    /// <summary><c>set a</c> with a body, whose output is the value, filtered.</summary>
    public sealed record SetBlock(int Line, string Target, string? Attribute, Expression? Filter, Statement[] Body)
        : Statement(Line);

    public sealed record Macro(int Line, string Id, (string Name, Expression? Default)[] Parameters, Statement[] Body)
        : Statement(Line);

    /// <summary>A call whose macro may ask for the body with <c>caller()</c>.</summary>
    public sealed record CallBlock(
        int Line,
        Expression Call,
        (string Name, Expression? Default)[] Parameters,
        Statement[] Body
    ) : Statement(Line);

    public sealed record With(int Line, (string Name, Expression Value)[] Values, Statement[] Body) : Statement(Line);

    public sealed record FilterBlock(int Line, Expression Filter, Statement[] Body) : Statement(Line);

    public sealed record Break(int Line) : Statement(Line);

    public sealed record Continue(int Line) : Statement(Line);
}
