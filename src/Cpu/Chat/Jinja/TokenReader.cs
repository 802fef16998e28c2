namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>Goes over the tokens of a template.</summary>
internal sealed class TokenReader(List<Token> tokens)
{
    private const int MaxDepth = 100;
    private int _at;
    private int _depth;

    public Token Current => tokens[_at];

    public Token Ahead(int count) => tokens[Math.Min(_at + count, tokens.Count - 1)];

    public Token Next()
    {
        Token token = tokens[_at];
        _at += _at < tokens.Count - 1 ? 1 : 0;
        return token;
    }

    public bool Take(TokenKind kind, string text)
    {
        bool isIt = Current.Is(kind, text);
        if (isIt)
        {
            Next();
        }
        return isIt;
    }

    public bool TakeOperator(string text) => Take(TokenKind.Operator, text);

    public bool TakeName(string text) => Take(TokenKind.Name, text);

    public Token Expect(TokenKind kind) => Current.Kind == kind ? Next() : throw Fault($"{Said(kind)} is expected");

    public void ExpectOperator(string text)
    {
        if (!TakeOperator(text))
        {
            throw Fault($"'{text}' is expected");
        }
    }

    /// <summary>Parses something that may hold more of its kind, as deep as is allowed.</summary>
    public T Deeper<T>(Func<T> parse)
    {
        if (++_depth > MaxDepth)
        {
            throw Fault($"it nests deeper than {MaxDepth}");
        }
        T parsed = parse();
        _depth--;
        return parsed;
    }

    public JinjaException Fault(string what)
    {
        Token token = Current;
        string found = token.Kind
            is TokenKind.Name
                or TokenKind.Operator
                or TokenKind.Text
                or TokenKind.Integer
                or TokenKind.Real
            ? $"'{token.Text}'"
            : Said(token.Kind);
        return new JinjaException($"{what}, found {found}", token.Line);
    }

    private static string Said(TokenKind kind) =>
        kind switch
        {
            TokenKind.PrintEnd => "'}}'",
            TokenKind.BlockEnd => "'%}'",
            TokenKind.Name => "a name",
            TokenKind.Text => "a text",
            TokenKind.End => "the end of the template",
            _ => "text or another tag",
        };
}
