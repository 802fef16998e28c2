namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>Reads a template into statements.</summary>
internal sealed class TemplateParser
{
    private readonly TokenReader _tokens;
    private readonly ExpressionParser _expressions;
    private int _loops;

    private TemplateParser(string template)
    {
        _tokens = new TokenReader(Lexer.Read(template));
        _expressions = new ExpressionParser(_tokens);
    }

    /// <summary>The statements of a template, or what is wrong with it.</summary>
    public static Statement[] Parse(string template)
    {
        var parser = new TemplateParser(template);
        return parser.Body(out _);
    }

    // Reads up to one of the tags that end the body, and past its name.
    private Statement[] Body(out string end, params string[] ends)
    {
        var body = new List<Statement>();
        while (true)
        {
            Token token = _tokens.Next();
            switch (token.Kind)
            {
                case TokenKind.Data:
                    body.Add(new Statement.Data(token.Line, token.Text));
                    break;
                case TokenKind.PrintStart:
                    body.Add(new Statement.Print(token.Line, _expressions.Tuple()));
                    _tokens.Expect(TokenKind.PrintEnd);
                    break;
                case TokenKind.BlockStart:
                    Token name = _tokens.Expect(TokenKind.Name);
                    if (ends.Contains(name.Text))
                    {
                        end = name.Text;
                        return [.. body];
                    }
                    body.AddRange(_tokens.Deeper(() => Block(name)));
                    break;
                default:
                    end = "";
                    return ends.Length == 0
                        ? [.. body]
                        : throw new JinjaException($"a block without its '{ends[^1]}'", token.Line);
            }
        }
    }

    private Statement[] Closed(string end)
    {
        _tokens.Expect(TokenKind.BlockEnd);
        Statement[] body = Body(out _, end);
        _tokens.Expect(TokenKind.BlockEnd);
        return body;
    }

    private Statement[] Block(Token tag)
    {
        int line = tag.Line;
        switch (tag.Text)
        {
            case "if":
                return [If(line)];
            case "for":
                return [For(line)];
            case "set":
                return [Set(line)];
            case "macro":
                string id = _tokens.Expect(TokenKind.Name).Text;
                return [new Statement.Macro(line, id, Parameters(), Outside("endmacro"))];
            case "call":
                (string, Expression?)[] parameters = _tokens.Current.Is(TokenKind.Operator, "(") ? Parameters() : [];
                return [new Statement.CallBlock(line, _expressions.Parse(), parameters, Outside("endcall"))];
            case "with":
                return [With(line)];
            case "filter":
                return [new Statement.FilterBlock(line, _expressions.FilterChain(), Closed("endfilter"))];
            case "generation": // marks what the model has said, for training; it prints its body
                return Closed("endgeneration");
            case "break" or "continue":
                _tokens.Expect(TokenKind.BlockEnd);
                return _loops == 0 ? throw new JinjaException($"'{tag.Text}' outside of a loop", line)
                    : tag.Text == "break" ? [new Statement.Break(line)]
                    : [new Statement.Continue(line)];
            default:
                throw new JinjaException($"the block '{tag.Text}' is not supported here", line);
        }
    }

    // A macro's body is not part of the loop that it stands in.
    private Statement[] Outside(string end)
    {
        int loops = _loops;
        _loops = 0;
        Statement[] body = Closed(end);
        _loops = loops;
        return body;
    }

    private Statement.If If(int line)
    {
        var branches = new List<(Expression, Statement[])>();
        Statement[] otherwise = [];
        string end = "if";
        while (end != "endif")
        {
            if (end == "else")
            {
                _tokens.Expect(TokenKind.BlockEnd);
                otherwise = Body(out end, "endif");
                continue;
            }
            Expression condition = _expressions.Tuple();
            _tokens.Expect(TokenKind.BlockEnd);
            Statement[] body = Body(out end, "elif", "else", "endif");
            branches.Add((condition, body));
        }
        _tokens.Expect(TokenKind.BlockEnd);
        return new Statement.If(line, [.. branches], otherwise);
    }

    private Statement.For For(int line)
    {
        string[] targets = Targets();
        if (!_tokens.TakeName("in"))
        {
            throw _tokens.Fault("'in' is expected");
        }
        Expression source = _expressions.Tuple(allowsChoice: false);
        Expression? condition = _tokens.TakeName("if") ? _expressions.Parse() : null;
        if (_tokens.Current.Is(TokenKind.Name, "recursive"))
        {
            throw _tokens.Fault("recursive loops are not supported: the end of the tag is expected");
        }
        _tokens.Expect(TokenKind.BlockEnd);
        _loops++;
        Statement[] body = Body(out string end, "else", "endfor");
        _loops--;
        Statement[] otherwise = [];
        if (end == "else")
        {
            _tokens.Expect(TokenKind.BlockEnd);
            otherwise = Body(out _, "endfor");
        }
        _tokens.Expect(TokenKind.BlockEnd);
        return new Statement.For(line, targets, source, condition, body, otherwise);
    }

    private string[] Targets()
    {
        bool isWrapped = _tokens.TakeOperator("(");
        var targets = new List<string>();
        do
        {
            targets.Add(_tokens.Expect(TokenKind.Name).Text);
        } while (
            _tokens.TakeOperator(",")
            && _tokens.Current.Kind == TokenKind.Name
            && !_tokens.Current.Is(TokenKind.Name, "in")
        );
        if (isWrapped)
        {
            _tokens.ExpectOperator(")");
        }
        return [.. targets];
    }

    private Statement Set(int line)
    {
        string[] targets = Targets();
        string? attribute =
            targets.Length == 1 && _tokens.TakeOperator(".") ? _tokens.Expect(TokenKind.Name).Text : null;
        if (_tokens.TakeOperator("="))
        {
            Expression value = _expressions.Tuple();
            _tokens.Expect(TokenKind.BlockEnd);
            return new Statement.Set(line, targets, attribute, value);
        }
        Expression? filter = _tokens.TakeOperator("|") ? _expressions.FilterChain() : null;
        return targets.Length == 1
            ? new Statement.SetBlock(line, targets[0], attribute, filter, Closed("endset"))
            : throw _tokens.Fault("'=' is expected");
    }

    private Statement.With With(int line)
    {
        var values = new List<(string, Expression)>();
        while (_tokens.Current.Kind != TokenKind.BlockEnd)
        {
            if (values.Count > 0)
            {
                _tokens.ExpectOperator(",");
            }
            string name = _tokens.Expect(TokenKind.Name).Text;
            _tokens.ExpectOperator("=");
            values.Add((name, _expressions.Parse()));
        }
        return new Statement.With(line, [.. values], Closed("endwith"));
    }

    private (string, Expression?)[] Parameters()
    {
        var parameters = new List<(string, Expression?)>();
        _tokens.ExpectOperator("(");
        while (!_tokens.TakeOperator(")"))
        {
            if (parameters.Count > 0)
            {
                _tokens.ExpectOperator(",");
            }
            string name = _tokens.Expect(TokenKind.Name).Text;
            parameters.Add((name, _tokens.TakeOperator("=") ? _expressions.Parse() : null));
        }
        return [.. parameters];
    }
}
