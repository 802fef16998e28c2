namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>An expression of a template.</summary>
internal abstract record Expression
{
    public sealed record Literal(object? Value) : Expression;

    public sealed record Name(string Id) : Expression;

    public sealed record ListOf(Expression[] Items) : Expression;

    public sealed record TupleOf(Expression[] Items) : Expression;

    public sealed record MapOf((Expression Key, Expression Value)[] Entries) : Expression;

    public sealed record Not(Expression Operand) : Expression;

    public sealed record Negate(Expression Operand, bool IsMinus) : Expression;

    public sealed record And(Expression Left, Expression Right) : Expression;

    public sealed record Or(Expression Left, Expression Right) : Expression;

    public sealed record Binary(string Operator, Expression Left, Expression Right) : Expression;

    /// <summary>A chain such as <c>a &lt; b &lt;= c</c>.</summary>
    public sealed record Compare(Expression First, (string Operator, Expression Operand)[] Rest) : Expression;

    /// <summary><c>a if condition else b</c>; without else nothing.</summary>
    public sealed record Choice(Expression Condition, Expression Then, Expression? Else) : Expression;

    public sealed record Attribute(Expression Target, string Id) : Expression;

    public sealed record Item(Expression Target, Expression Key) : Expression;

    public sealed record Slice(Expression Target, Expression? Start, Expression? Stop, Expression? Step) : Expression;

    public sealed record Call(Expression Target, CallArguments Arguments) : Expression;

    /// <summary>An argument <c>*source</c>: all items of it.</summary>
    public sealed record Spread(Expression Source) : Expression;

    public sealed record Filter(Expression? Target, string Id, CallArguments Arguments) : Expression;

    public sealed record Test(Expression Target, string Id, CallArguments Arguments, bool Negative) : Expression;
}
