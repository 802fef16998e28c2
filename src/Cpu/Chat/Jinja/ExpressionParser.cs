using System.Globalization;
using System.Text;

namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>Reads expressions, with the precedence of jinja2: filters and tests bind to the operand before them.</summary>
internal sealed class ExpressionParser(TokenReader tokens)
{
    private static readonly string[] ComparisonOperators = ["==", "!=", "<", "<=", ">", ">="];

    /// <summary>An expression, or several with commas, which make a tuple.</summary>
    public Expression Tuple(bool allowsChoice = true)
    {
        Expression first = allowsChoice ? Parse() : Either();
        if (!tokens.Current.Is(TokenKind.Operator, ","))
        {
            return first;
        }
        var items = new List<Expression> { first };
        while (tokens.TakeOperator(",") && StartsExpression())
        {
            items.Add(allowsChoice ? Parse() : Either());
        }
        return new Expression.TupleOf([.. items]);
    }

    public Expression Parse() => tokens.Deeper(Choice);

    /// <summary>An expression without <c>if</c>, as loops have it.</summary>
    public Expression Either()
    {
        Expression left = Both();
        while (tokens.TakeName("or"))
        {
            left = new Expression.Or(left, Both());
        }
        return left;
    }

    private bool StartsExpression() =>
        tokens.Current.Kind is TokenKind.Name or TokenKind.Text or TokenKind.Integer or TokenKind.Real
        || (tokens.Current.Kind == TokenKind.Operator && tokens.Current.Text is "(" or "[" or "{" or "-" or "+");

    private Expression Choice()
    {
        Expression value = Either();
        while (tokens.TakeName("if"))
        {
            Expression condition = Either();
            value = new Expression.Choice(condition, value, tokens.TakeName("else") ? Parse() : null);
        }
        return value;
    }

    private Expression Both()
    {
        Expression left = Negation();
        while (tokens.TakeName("and"))
        {
            left = new Expression.And(left, Negation());
        }
        return left;
    }

    private Expression Negation() =>
        tokens.TakeName("not") ? new Expression.Not(tokens.Deeper(Negation)) : Comparison();

    private Expression Comparison()
    {
        Expression first = Sum();
        var rest = new List<(string, Expression)>();
        while (true)
        {
            if (tokens.Current.Kind == TokenKind.Operator && ComparisonOperators.Contains(tokens.Current.Text))
            {
                string op = tokens.Next().Text;
                rest.Add((op, Sum()));
            }
            else if (tokens.TakeName("in"))
            {
                rest.Add(("in", Sum()));
            }
            else if (tokens.Current.Is(TokenKind.Name, "not") && tokens.Ahead(1).Is(TokenKind.Name, "in"))
            {
                tokens.Next();
                tokens.Next();
                rest.Add(("not in", Sum()));
            }
            else
            {
                return rest.Count == 0 ? first : new Expression.Compare(first, [.. rest]);
            }
        }
    }

    private Expression Sum() => Binary(Concatenation, "+", "-");

    private Expression Concatenation() => Binary(Product, "~");

    private Expression Product() => Binary(Power, "*", "/", "//", "%");

    private Expression Power() => Binary(() => Unary(), "**");

    private Expression Binary(Func<Expression> operand, params string[] operators)
    {
        Expression left = operand();
        while (tokens.Current.Kind == TokenKind.Operator && operators.Contains(tokens.Current.Text))
        {
            left = new Expression.Binary(tokens.Next().Text, left, operand());
        }
        return left;
    }

    private Expression Unary(bool withFilters = true)
    {
        bool isMinus = tokens.Current.Is(TokenKind.Operator, "-");
        Expression node =
            isMinus || tokens.Current.Is(TokenKind.Operator, "+")
                ? tokens.Deeper(() =>
                {
                    tokens.Next();
                    return new Expression.Negate(Unary(withFilters: false), isMinus);
                })
                : Postfix(Primary());
        return withFilters ? Filtered(node) : node;
    }

    private Expression Primary()
    {
        Token token = tokens.Next();
        switch (token.Kind)
        {
            case TokenKind.Name:
                return token.Text switch
                {
                    "true" or "True" => new Expression.Literal(true),
                    "false" or "False" => new Expression.Literal(false),
                    "none" or "None" => new Expression.Literal(null),
                    _ => new Expression.Name(token.Text),
                };
            case TokenKind.Text:
                var text = new StringBuilder(token.Text);
                while (tokens.Current.Kind == TokenKind.Text)
                {
                    text.Append(tokens.Next().Text);
                }
                return new Expression.Literal(text.ToString());
            case TokenKind.Integer:
                return long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out long whole)
                    ? new Expression.Literal(whole)
                    : throw new JinjaException($"the number {token.Text} is too large", token.Line);
            case TokenKind.Real:
                return new Expression.Literal(double.Parse(token.Text, CultureInfo.InvariantCulture));
            case TokenKind.Operator when token.Text == "(":
                return Parenthesized();
            case TokenKind.Operator when token.Text == "[":
                return new Expression.ListOf(Items("]"));
            case TokenKind.Operator when token.Text == "{":
                return Map();
            default:
                throw new JinjaException(
                    $"an expression is expected, found {(token.Text.Length > 0 ? $"'{token.Text}'" : "the end of the tag")}",
                    token.Line
                );
        }
    }

    private Expression Parenthesized()
    {
        if (tokens.TakeOperator(")"))
        {
            return new Expression.TupleOf([]);
        }
        Expression inner = Tuple();
        tokens.ExpectOperator(")");
        return inner;
    }

    private Expression[] Items(string end)
    {
        var items = new List<Expression>();
        while (!tokens.TakeOperator(end))
        {
            if (items.Count > 0)
            {
                tokens.ExpectOperator(",");
                if (tokens.TakeOperator(end))
                {
                    break;
                }
            }
            items.Add(Parse());
        }
        return [.. items];
    }

    private Expression.MapOf Map()
    {
        var entries = new List<(Expression, Expression)>();
        while (!tokens.TakeOperator("}"))
        {
            if (entries.Count > 0)
            {
                tokens.ExpectOperator(",");
                if (tokens.TakeOperator("}"))
                {
                    break;
                }
            }
            Expression key = Parse();
            tokens.ExpectOperator(":");
            entries.Add((key, Parse()));
        }
        return new Expression.MapOf([.. entries]);
    }

    private Expression Postfix(Expression node)
    {
        while (true)
        {
            if (tokens.TakeOperator("."))
            {
                Token token = tokens.Next();
                node = token.Kind switch
                {
                    TokenKind.Name => new Expression.Attribute(node, token.Text),
                    TokenKind.Integer => new Expression.Item(
                        node,
                        new Expression.Literal(long.Parse(token.Text, CultureInfo.InvariantCulture))
                    ),
                    _ => throw new JinjaException("a name is expected after '.'", token.Line),
                };
            }
            else if (tokens.TakeOperator("["))
            {
                node = Subscript(node);
            }
            else if (tokens.TakeOperator("("))
            {
                node = new Expression.Call(node, CallArguments());
            }
            else
            {
                return node;
            }
        }
    }

    private Expression Subscript(Expression node)
    {
        Expression? start = tokens.Current.Is(TokenKind.Operator, ":") ? null : Tuple();
        if (!tokens.TakeOperator(":"))
        {
            tokens.ExpectOperator("]");
            return new Expression.Item(node, start!);
        }
        Expression? stop = Bound();
        Expression? step = tokens.TakeOperator(":") ? Bound() : null;
        tokens.ExpectOperator("]");
        return new Expression.Slice(node, start, stop, step);
    }

    private Expression? Bound() =>
        tokens.Current.Kind == TokenKind.Operator && tokens.Current.Text is ":" or "]" ? null : Parse();

    /// <summary>Arguments, from behind the parenthesis on.</summary>
    public CallArguments CallArguments()
    {
        var positional = new List<Expression>();
        var named = new List<(string, Expression)>();
        for (bool isFirst = true; !tokens.TakeOperator(")"); isFirst = false)
        {
            if (!isFirst)
            {
                tokens.ExpectOperator(",");
                if (tokens.TakeOperator(")"))
                {
                    break;
                }
            }
            if (tokens.Current.Kind == TokenKind.Name && tokens.Ahead(1).Is(TokenKind.Operator, "="))
            {
                string name = tokens.Next().Text;
                tokens.Next();
                named.Add((name, Parse()));
            }
            else if (named.Count > 0 || tokens.Current.Is(TokenKind.Operator, "**"))
            {
                throw tokens.Fault("a named argument is expected (arguments with ** are not supported)");
            }
            else if (tokens.TakeOperator("*"))
            {
                positional.Add(new Expression.Spread(Parse()));
            }
            else
            {
                positional.Add(Parse());
            }
        }
        return new CallArguments([.. positional], [.. named]);
    }

    private Expression Filtered(Expression node)
    {
        while (true)
        {
            if (tokens.TakeOperator("|"))
            {
                node = Filter(node);
            }
            else if (tokens.TakeName("is"))
            {
                node = Test(node);
            }
            else if (tokens.TakeOperator("("))
            {
                node = new Expression.Call(node, CallArguments());
            }
            else
            {
                return node;
            }
        }
    }

    /// <summary>Filters one after another on what a block puts out.</summary>
    public Expression FilterChain()
    {
        Expression node = Filter(null);
        while (tokens.TakeOperator("|"))
        {
            node = Filter(node);
        }
        return node;
    }

    private Expression.Filter Filter(Expression? target)
    {
        Token name = tokens.Expect(TokenKind.Name);
        return Filters.IsKnown(name.Text)
            ? new Expression.Filter(
                target,
                name.Text,
                tokens.TakeOperator("(") ? CallArguments() : Jinja.CallArguments.None
            )
            : throw new JinjaException($"the filter '{name.Text}' is not supported", name.Line);
    }

    private Expression.Test Test(Expression target)
    {
        bool negative = tokens.TakeName("not");
        Token name = tokens.Expect(TokenKind.Name);
        if (!Tests.IsKnown(name.Text))
        {
            throw new JinjaException($"the test '{name.Text}' is not supported", name.Line);
        }
        CallArguments arguments = Jinja.CallArguments.None;
        if (tokens.TakeOperator("("))
        {
            arguments = CallArguments();
        }
        else if (
            StartsExpression()
            && !(
                tokens.Current.Kind == TokenKind.Name
                && tokens.Current.Text is "else" or "or" or "and" or "is" or "if" or "in" or "not"
            )
            && tokens.Current.Text is not ("-" or "+")
        )
        {
            arguments = new CallArguments([Postfix(Primary())], []);
        }
        return new Expression.Test(target, name.Text, arguments, negative);
    }
}
