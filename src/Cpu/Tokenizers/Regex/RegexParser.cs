using MegatronBridge.Cpu.Tokenizers.Unicode;

namespace MegatronBridge.Cpu.Tokenizers.Regex;

/// <summary>Reads a regular expression in Oniguruma's default syntax, which is Ruby's. What it does not know it names and refuses.</summary>
internal ref struct RegexParser
{
    private const int MaxLength = 20_000;
    private const int MaxDepth = 100;
    private const int MaxRepeat = 1000;
    private const int Unlimited = int.MaxValue;

    private readonly ReadOnlySpan<char> _text;
    private int _at;
    private int _depth;
    private bool _ignoreCase;
    private bool _dotAll;
    private bool _extended;

    private RegexParser(string pattern) => _text = pattern;

    /// <summary>Reads a pattern whole.</summary>
    /// <exception cref="RegexSyntaxException">The pattern is wrong or has something that is not supported.</exception>
    public static RegexNode Parse(string pattern)
    {
        if (pattern.Length > MaxLength)
        {
            throw new RegexSyntaxException($"it has {pattern.Length} characters, the most is {MaxLength}");
        }
        var parser = new RegexParser(pattern);
        RegexNode node = parser.Alternation();
        return parser._at == pattern.Length ? node : throw parser.Fault("a ')' without its '('");
    }

    private RegexNode Alternation()
    {
        if (++_depth > MaxDepth)
        {
            throw Fault($"groups deeper than {MaxDepth}");
        }
        (bool ignoreCase, bool dotAll, bool extended) = (_ignoreCase, _dotAll, _extended);
        var branches = new List<RegexNode> { Sequence() };
        while (Take('|'))
        {
            branches.Add(Sequence());
        }
        (_ignoreCase, _dotAll, _extended) = (ignoreCase, dotAll, extended);
        _depth--;
        return branches.Count == 1 ? branches[0] : new RegexNode.Alternation([.. branches]);
    }

    private RegexNode Sequence()
    {
        var parts = new List<RegexNode>();
        while (_at < _text.Length && _text[_at] is not ('|' or ')'))
        {
            if (_extended && SkipBlank())
            {
                continue;
            }
            if (Atom() is { } atom)
            {
                parts.Add(Repeated(atom));
            }
        }
        return parts.Count == 1 ? parts[0] : new RegexNode.Sequence([.. parts]);
    }

    private bool SkipBlank()
    {
        if (_text[_at] == '#')
        {
            while (_at < _text.Length && _text[_at] != '\n')
            {
                _at++;
            }
            return true;
        }
        return char.IsWhiteSpace(_text[_at]) && _at++ >= 0;
    }

    // A quantifier after a quantifier repeats the repetition, as Ruby has it; only a single + or ? after * + ? changes its kind.
    private RegexNode Repeated(RegexNode part)
    {
        while (Quantifier(out int min, out int max, out bool isInterval))
        {
            RepeatKind kind = RepeatKind.Greedy;
            if (Take('?'))
            {
                (kind, min) = isInterval && min == max ? (RepeatKind.Greedy, 0) : (RepeatKind.Lazy, min);
            }
            else if (!isInterval && Take('+'))
            {
                kind = RepeatKind.Possessive;
            }
            if (max == Unlimited && part.CanBeEmpty)
            {
                throw Fault("an endless repetition of something that can be empty, which is not supported");
            }
            part = new RegexNode.Repeat(part, min, max, kind);
        }
        return part;
    }

    private bool Quantifier(out int min, out int max, out bool isInterval)
    {
        (min, max, isInterval) = (0, Unlimited, false);
        if (Take('*'))
        {
            return true;
        }
        if (Take('+'))
        {
            min = 1;
            return true;
        }
        if (Take('?'))
        {
            max = 1;
            return true;
        }
        int start = _at;
        isInterval = Take('{') && Interval(out min, out max);
        if (!isInterval)
        {
            _at = start;
        }
        else if (min > MaxRepeat || (max != Unlimited && max > MaxRepeat) || max < min)
        {
            throw Fault($"a repetition of {min} to {max} times, which is not supported (the most is {MaxRepeat})");
        }
        return isInterval;
    }

    private bool Interval(out int min, out int max)
    {
        bool hasMin = Number(out min);
        max = min;
        if (Take(','))
        {
            bool hasMax = Number(out max);
            max = hasMax ? max : Unlimited;
            hasMin |= hasMax;
        }
        return hasMin && Take('}');
    }

    private bool Number(out int value)
    {
        value = 0;
        int start = _at;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at]) && _at - start < 6)
        {
            value = value * 10 + (_text[_at++] - '0');
        }
        return _at > start;
    }

    private RegexNode? Atom()
    {
        switch (_text[_at])
        {
            case '(':
                _at++;
                return Group();
            case '[':
                _at++;
                return Set(ClassParser.Parse(_text, ref _at, _ignoreCase));
            case '.':
                _at++;
                return new RegexNode.Set(_dotAll ? CharacterClass.Any : CharacterClass.NewLine.Not());
            case '^':
                _at++;
                return new RegexNode.Place(PlaceKind.LineStart);
            case '$':
                _at++;
                return new RegexNode.Place(PlaceKind.LineEnd);
            case '*' or '+' or '?':
                throw Fault("a quantifier with nothing before it");
            case '\\':
                return Anchor() ?? Set(ClassParser.Escape(_text, ref _at));
            default:
                int code = CodePoints.At(_text, _at, out int width);
                _at += width;
                return Set(CodeSet.Of(code));
        }
    }

    private readonly RegexNode.Set Set(CodeSet codes) => new(_ignoreCase ? CharacterClass.CaseClosure(codes) : codes);

    private RegexNode? Anchor()
    {
        PlaceKind? kind =
            _at + 1 == _text.Length
                ? throw Fault("a \\ at the end")
                : _text[_at + 1] switch
                {
                    'A' => PlaceKind.TextStart,
                    'z' => PlaceKind.TextEnd,
                    'Z' => PlaceKind.LastLineEnd,
                    'b' => PlaceKind.WordEdge,
                    'B' => PlaceKind.NoWordEdge,
                    _ => null,
                };
        if (kind is not { } place)
        {
            return null;
        }
        _at += 2;
        return new RegexNode.Place(place);
    }

    private RegexNode? Group()
    {
        RegexNode node;
        if (Take("?:"))
        {
            node = Alternation();
        }
        else if (Take("?="))
        {
            node = new RegexNode.Look(Alternation(), Negative: false);
        }
        else if (Take("?!"))
        {
            node = new RegexNode.Look(Alternation(), Negative: true);
        }
        else if (Take("?<="))
        {
            node = LookBack(Alternation(), negative: false);
        }
        else if (Take("?<!"))
        {
            node = LookBack(Alternation(), negative: true);
        }
        else if (Take("?>"))
        {
            node = new RegexNode.Atomic(Alternation());
        }
        else if (Take("?"))
        {
            return Options();
        }
        else
        {
            node = Alternation();
        }
        return Take(')') ? node : throw Fault("a '(' without its ')'");
    }

    private RegexNode? Options()
    {
        (bool ignoreCase, bool dotAll, bool extended) = (_ignoreCase, _dotAll, _extended);
        bool on = true;
        for (; _at < _text.Length && _text[_at] is 'i' or 'm' or 'x' or '-'; _at++)
        {
            switch (_text[_at])
            {
                case '-':
                    on = false;
                    break;
                case 'i':
                    ignoreCase = on;
                    break;
                case 'm':
                    dotAll = on;
                    break;
                default:
                    extended = on;
                    break;
            }
        }
        (bool, bool, bool) outer = (_ignoreCase, _dotAll, _extended);
        (_ignoreCase, _dotAll, _extended) = (ignoreCase, dotAll, extended);
        if (Take(')')) // holds to the end of the enclosing group, over its other branches too
        {
            return Alternation();
        }
        if (!Take(':'))
        {
            throw Fault("a kind of group that is not supported");
        }
        RegexNode node = Alternation();
        (_ignoreCase, _dotAll, _extended) = outer;
        return Take(')') ? node : throw Fault("a '(' without its ')'");
    }

    private readonly RegexNode.LookBack LookBack(RegexNode part, bool negative) =>
        Single(part) is { } codes
            ? new RegexNode.LookBack(codes, negative)
            : throw Fault("a look-behind at more than one character, which is not supported");

    private static CodeSet? Single(RegexNode part) =>
        part switch
        {
            RegexNode.Set set => set.Codes,
            RegexNode.Alternation choice when choice.Branches.All(branch => Single(branch) is not null) => choice.First,
            _ => null,
        };

    private bool Take(char c)
    {
        if (_at < _text.Length && _text[_at] == c)
        {
            _at++;
            return true;
        }
        return false;
    }

    private bool Take(string prefix)
    {
        if (_text[_at..].StartsWith(prefix, StringComparison.Ordinal))
        {
            _at += prefix.Length;
            return true;
        }
        return false;
    }

    private readonly RegexSyntaxException Fault(string what) => new($"at character {_at} it has {what}");
}
