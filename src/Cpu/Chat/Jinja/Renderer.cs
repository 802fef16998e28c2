using System.Text;

namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>Carries out the statements of a template.</summary>
internal sealed class Renderer(Budget budget)
{
    private readonly Evaluator _evaluator = new(budget);
    private StringBuilder _output = new();
    private int _loopDepth;

    private enum Flow
    {
        On,
        Break,
        Continue,
    }

    public string Render(Statement[] template, Scope scope)
    {
        Run(template, scope);
        return _output.ToString();
    }

    private Flow Run(Statement[] body, Scope scope)
    {
        foreach (Statement statement in body)
        {
            budget.Step();
            try
            {
                Flow flow = Run(statement, scope);
                if (flow != Flow.On)
                {
                    return flow;
                }
            }
            catch (JinjaException fault) when (fault.Line == 0)
            {
                throw new JinjaException(fault.Message, statement.Line);
            }
        }
        return Flow.On;
    }

    private Flow Run(Statement statement, Scope scope)
    {
        switch (statement)
        {
            case Statement.Data data:
                Write(data.Text);
                break;
            case Statement.Print print:
                Write(PythonText.Str(_evaluator.Evaluate(print.Value, scope), budget));
                break;
            case Statement.If choice:
                return RunIf(choice, scope);
            case Statement.For loop:
                return RunFor(loop, scope);
            case Statement.Set set:
                Assign(set, _evaluator.Evaluate(set.Value, scope), scope);
                break;
            case Statement.SetBlock set:
                string text = Captured(set.Body, new Scope(scope));
                Assign(
                    set.Target,
                    set.Attribute,
                    set.Filter is null ? text : _evaluator.Filtered(set.Filter, text, scope),
                    scope
                );
                break;
            case Statement.Macro macro:
                scope[macro.Id] = MacroOf(macro.Id, macro.Parameters, macro.Body, scope);
                break;
            case Statement.CallBlock call:
                var inner = new Scope(scope);
                inner["caller"] = MacroOf("caller", call.Parameters, call.Body, scope);
                Write(PythonText.Str(CallWithCaller(call, inner, scope), budget));
                break;
            case Statement.With with:
                var own = new Scope(scope);
                foreach ((string name, Expression value) in with.Values)
                {
                    own[name] = _evaluator.Evaluate(value, scope);
                }
                return Run(with.Body, own);
            case Statement.FilterBlock filter:
                Write(
                    PythonText.Str(
                        _evaluator.Filtered(filter.Filter, Captured(filter.Body, new Scope(scope)), scope),
                        budget
                    )
                );
                break;
            case Statement.Break:
                return Flow.Break;
            case Statement.Continue:
                return Flow.Continue;
        }
        return Flow.On;
    }

    private void Write(string text)
    {
        budget.Make(text.Length);
        _output.Append(text);
    }

    private Flow RunIf(Statement.If choice, Scope scope)
    {
        foreach ((Expression condition, Statement[] body) in choice.Branches)
        {
            if (Values.IsTrue(_evaluator.Evaluate(condition, scope)))
            {
                return Run(body, scope);
            }
        }
        return Run(choice.Else, scope);
    }

    private Flow RunFor(Statement.For loop, Scope scope)
    {
        List<object?> items = [.. Values.Items(_evaluator.Evaluate(loop.Source, scope))];
        budget.Make(items.Count);
        if (loop.Condition is { } condition)
        {
            items.RemoveAll(item => !Values.IsTrue(_evaluator.Evaluate(condition, Bound(loop.Targets, item, scope))));
        }
        if (items.Count == 0)
        {
            return Run(loop.Else, new Scope(scope));
        }
        var state = new Loop(items, ++_loopDepth);
        Flow flow = Flow.On;
        for (; state.Index < items.Count && flow != Flow.Break; state.Index++)
        {
            budget.Step();
            Scope own = Bound(loop.Targets, items[state.Index], scope);
            own["loop"] = state;
            flow = Run(loop.Body, own);
        }
        _loopDepth--;
        return Flow.On;
    }

    private static Scope Bound(string[] targets, object? item, Scope scope)
    {
        var own = new Scope(scope);
        Unpack(targets, item, own);
        return own;
    }

    private static void Unpack(string[] targets, object? value, Scope scope)
    {
        if (targets.Length == 1)
        {
            scope[targets[0]] = value;
            return;
        }
        List<object?> parts = Values.Items(value);
        if (parts.Count != targets.Length)
        {
            throw new JinjaException($"{parts.Count} values cannot be given to {targets.Length} names");
        }
        for (int i = 0; i < targets.Length; i++)
        {
            scope[targets[i]] = parts[i];
        }
    }

    private static void Assign(Statement.Set set, object? value, Scope scope)
    {
        if (set.Attribute is null)
        {
            Unpack(set.Targets, value, scope);
        }
        else
        {
            Assign(set.Targets[0], set.Attribute, value, scope);
        }
    }

    private static void Assign(string target, string? attribute, object? value, Scope scope)
    {
        if (attribute is null)
        {
            scope[target] = value;
        }
        else if (scope.Find(target) is JinjaNamespace space)
        {
            space.Values[attribute] = value;
        }
        else
        {
            throw new JinjaException($"'{target}' is no namespace, so that '{target}.{attribute}' cannot be set");
        }
    }

    private string Captured(Statement[] body, Scope scope)
    {
        StringBuilder outer = _output;
        _output = new StringBuilder();
        try
        {
            Run(body, scope);
            return _output.ToString();
        }
        finally
        {
            _output = outer;
        }
    }

    private object? CallWithCaller(Statement.CallBlock block, Scope inner, Scope scope)
    {
        if (block.Call is not Expression.Call call)
        {
            throw new JinjaException("a call block needs a call");
        }
        var arguments = new CallArguments(
            call.Arguments.Positional,
            [.. call.Arguments.Named, ("caller", new Expression.Name("caller"))]
        );
        return _evaluator.Call(_evaluator.Evaluate(call.Target, scope), arguments, inner);
    }

    private Callable MacroOf(
        string id,
        (string Name, Expression? Default)[] parameters,
        Statement[] body,
        Scope scope
    ) =>
        new(
            id,
            arguments =>
            {
                budget.Enter();
                string text = Captured(body, MacroScope(parameters, arguments, scope));
                budget.Leave();
                return text;
            }
        );

    private Scope MacroScope((string Name, Expression? Default)[] parameters, Arguments arguments, Scope outer)
    {
        var scope = new Scope(outer);
        for (int i = 0; i < parameters.Length; i++)
        {
            (string name, Expression? ifMissing) = parameters[i];
            scope[name] =
                arguments.Has(i, name) ? arguments.Optional(i, name, null)
                : ifMissing is not null ? _evaluator.Evaluate(ifMissing, scope)
                : new Undefined(name);
        }
        scope["varargs"] = new JinjaTuple([.. arguments.Positional.Skip(parameters.Length)]);
        var others = new JinjaMap();
        foreach ((string name, object? value) in arguments.Named)
        {
            if (name == "caller")
            {
                scope[name] = value;
            }
            else if (!parameters.Any(own => own.Name == name))
            {
                others[name] = value;
            }
        }
        scope["kwargs"] = others;
        return scope;
    }
}
