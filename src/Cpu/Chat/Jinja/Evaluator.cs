namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>Finds the values of expressions.</summary>
internal sealed class Evaluator(Budget budget)
{
    public Budget Budget => budget;

    public object? Evaluate(Expression expression, Scope scope)
    {
        budget.Step();
        budget.EnsureStack();
        return expression switch
        {
            Expression.Literal literal => literal.Value,
            Expression.Name name => scope.Find(name.Id),
            Expression.ListOf list => Items(list.Items, scope),
            Expression.TupleOf tuple => new JinjaTuple(Items(tuple.Items, scope)),
            Expression.MapOf map => Map(map, scope),
            Expression.Not not => !Values.IsTrue(Evaluate(not.Operand, scope)),
            Expression.Negate negate => Negate(Evaluate(negate.Operand, scope), negate.IsMinus),
            Expression.And and => Evaluate(and.Left, scope) is var left && Values.IsTrue(left)
                ? Evaluate(and.Right, scope)
                : left,
            Expression.Or or => Evaluate(or.Left, scope) is var first && Values.IsTrue(first)
                ? first
                : Evaluate(or.Right, scope),
            Expression.Binary binary => Arithmetic.Apply(
                binary.Operator,
                Evaluate(binary.Left, scope),
                Evaluate(binary.Right, scope),
                budget
            ),
            Expression.Compare compare => Compare(compare, scope),
            Expression.Choice choice => Values.IsTrue(Evaluate(choice.Condition, scope)) ? Evaluate(choice.Then, scope)
            : choice.Else is { } otherwise ? Evaluate(otherwise, scope)
            : new Undefined("else"),
            Expression.Attribute attribute => Attributes.Of(Evaluate(attribute.Target, scope), attribute.Id, budget),
            Expression.Item item => Attributes.Item(Evaluate(item.Target, scope), Evaluate(item.Key, scope), budget),
            Expression.Slice slice => Slice(slice, scope),
            Expression.Call call => Call(Evaluate(call.Target, scope), call.Arguments, scope),
            Expression.Filter filter => Filtered(
                filter,
                filter.Target is { } target ? Evaluate(target, scope) : null,
                scope
            ),
            Expression.Test test => Tests.Apply(
                test.Id,
                Evaluate(test.Target, scope),
                Arguments(test.Id, test.Arguments, scope)
            ) != test.Negative,
            _ => throw new InvalidOperationException(),
        };
    }

    /// <summary>Applies filters to what a block has put out.</summary>
    public object? Filtered(Expression chain, string output, Scope scope)
    {
        var filter = (Expression.Filter)chain;
        return Filtered(filter, filter.Target is { } inner ? Filtered(inner, output, scope) : output, scope);
    }

    private object? Filtered(Expression.Filter filter, object? value, Scope scope) =>
        Filters.Apply(filter.Id, value, Arguments(filter.Id, filter.Arguments, scope), budget);

    private List<object?> Items(Expression[] items, Scope scope)
    {
        var values = new List<object?>(items.Length);
        foreach (Expression item in items)
        {
            if (item is Expression.Spread spread)
            {
                values.AddRange(Values.Items(Evaluate(spread.Source, scope)));
                budget.Make(values.Count);
            }
            else
            {
                values.Add(Evaluate(item, scope));
            }
        }
        return values;
    }

    private JinjaMap Map(Expression.MapOf map, Scope scope)
    {
        var entries = new JinjaMap();
        foreach ((Expression key, Expression value) in map.Entries)
        {
            entries[Evaluate(key, scope)] = Evaluate(value, scope);
        }
        return entries;
    }

    private static object Negate(object? value, bool isMinus)
    {
        if (value is double real)
        {
            return isMinus ? -real : real;
        }
        long whole = Values.Whole(value);
        return !isMinus ? whole
            : whole != long.MinValue ? -whole
            : throw new JinjaException("a number is too large");
    }

    private bool Compare(Expression.Compare compare, Scope scope)
    {
        object? left = Evaluate(compare.First, scope);
        foreach ((string op, Expression operand) in compare.Rest)
        {
            object? right = Evaluate(operand, scope);
            budget.Step(right is List<object?> list ? list.Count / 8 : 0);
            bool holds = op switch
            {
                "==" => Values.AreEqual(left, right, budget),
                "!=" => !Values.AreEqual(left, right, budget),
                "in" => Values.Contains(right, left, budget),
                "not in" => !Values.Contains(right, left, budget),
                "<" => Values.Compare(left, right, budget) < 0,
                "<=" => Values.Compare(left, right, budget) <= 0,
                ">" => Values.Compare(left, right, budget) > 0,
                _ => Values.Compare(left, right, budget) >= 0,
            };
            if (!holds)
            {
                return false;
            }
            left = right;
        }
        return true;
    }

    private object? Slice(Expression.Slice slice, Scope scope)
    {
        object? target = Evaluate(slice.Target, scope);
        long? Bound(Expression? bound) =>
            bound is null || Evaluate(bound, scope) is not { } value ? null : Values.Whole(value);
        (long? start, long? stop, long step) = (Bound(slice.Start), Bound(slice.Stop), Bound(slice.Step) ?? 1);
        if (target is not (string or List<object?> or JinjaTuple) || step == 0)
        {
            throw new JinjaException($"a {Values.KindOf(target)} cannot be sliced by {step}");
        }
        List<object?> items = Values.Items(target);
        budget.Make(items.Count);
        int count = items.Count;
        long from = Clamp(start ?? (step > 0 ? 0 : count - 1), count, step);
        long to = stop is null && step < 0 ? -1 : Clamp(stop ?? count, count, step);
        var part = new List<object?>();
        for (long i = from; step > 0 ? i < to : i > to; i += step)
        {
            part.Add(items[(int)i]);
            if (Math.Abs(step) > count)
            {
                break;
            }
        }
        return target switch
        {
            string => string.Concat(part),
            JinjaTuple => new JinjaTuple(part),
            _ => part,
        };
    }

    private static long Clamp(long bound, int count, long step)
    {
        bound = bound < 0 ? Math.Max(bound, -count - 1L) + count : bound;
        return step > 0 ? Math.Clamp(bound, 0, count) : Math.Clamp(bound, -1, count - 1);
    }

    public object? Call(object? target, CallArguments arguments, Scope scope) =>
        target is Callable callable
            ? callable.Call(Arguments(callable.Name, arguments, scope))
            : throw new JinjaException($"a {Values.KindOf(target)} cannot be called");

    private Arguments Arguments(string callee, CallArguments arguments, Scope scope)
    {
        var named = new Dictionary<string, object?>(StringComparer.Ordinal);
        List<object?> positional = Items(arguments.Positional, scope);
        foreach ((string name, Expression value) in arguments.Named)
        {
            named[name] = Evaluate(value, scope);
        }
        return new Arguments(callee, positional, named, budget);
    }
}
