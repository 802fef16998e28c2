using MegatronBridge.Cpu.Tokenizers.Unicode;
using static MegatronBridge.Cpu.Tokenizers.Regex.RegexProgram;

namespace MegatronBridge.Cpu.Tokenizers.Regex;

/// <summary>Finds the matches of a program in a text, by code points, with backtracking whose work is bounded.</summary>
internal ref struct RegexMatcher
{
    private const long FreeSteps = 5_000_000;
    private const long StepsPerChar = 500;

    private readonly RegexProgram _program;
    private readonly Step[] _steps;
    private readonly ReadOnlySpan<char> _text;
    private readonly Stack<Alternative> _alternatives;
    private long _left;
    private int _at;
    private int _lastEnd;

    // The alternatives are room for the search, used again from text to text.
    public RegexMatcher(RegexProgram program, ReadOnlySpan<char> text, Stack<Alternative> alternatives)
    {
        _program = program;
        _steps = program.Steps;
        _text = text;
        _alternatives = alternatives;
        _left = FreeSteps + StepsPerChar * text.Length;
        _lastEnd = -1;
    }

    /// <summary>
    /// Another way to go on: at step <paramref name="Step"/> from <paramref name="At"/>. For repetitions of a set, one character less
    /// down to <paramref name="Limit"/>, or one more while <paramref name="Limit"/> lasts.
    /// </summary>
    public readonly record struct Alternative(int Step, int At, int Limit);

    /// <summary>Finds the next match; an empty one not directly after the last.</summary>
    /// <exception cref="RegexSyntaxException">The search takes more steps than any sound pattern needs.</exception>
    public bool Next(out int start, out int end)
    {
        for (start = _at; start <= _text.Length; )
        {
            end = Starts(start) ? Run(0, start) : -1;
            if (end >= 0 && (end > start || end != _lastEnd))
            {
                _at = end;
                _lastEnd = end;
                return true;
            }
            if (start == _text.Length)
            {
                break;
            }
            CodePoints.At(_text, start, out int width);
            start += width;
        }
        end = start;
        _at = _text.Length + 1;
        return false;
    }

    private readonly bool Starts(int at) =>
        _program.First is not { } first || (at < _text.Length && first.Contains(CodePoints.At(_text, at, out _)));

    // The end of a match of the steps from pc on, or -1.
    private int Run(int pc, int at)
    {
        int floor = _alternatives.Count;
        while (true)
        {
            ref readonly Step step = ref _steps[pc];
            bool matched = true;
            switch (step.Operation)
            {
                case Operation.Accept:
                    Forget(floor);
                    return at;
                case Operation.One:
                    matched = Take(step.Set!, ref at);
                    pc++;
                    break;
                case Operation.Many:
                    matched = TakeMany(step, pc, ref at);
                    pc++;
                    break;
                case Operation.Try when step.Set is { } set && !Ahead(set, at):
                    pc = step.Other;
                    break;
                case Operation.Try:
                    _alternatives.Push(new Alternative(step.Other, at, -1));
                    pc = step.Target;
                    break;
                case Operation.Jump:
                    pc = step.Target;
                    break;
                case Operation.Look:
                    matched = Run(pc + 1, at) >= 0 != step.Negative;
                    pc = step.Target;
                    break;
                case Operation.Atomic:
                    int end = Run(pc + 1, at);
                    matched = end >= 0;
                    at = matched ? end : at;
                    pc = step.Target;
                    break;
                case Operation.LookBack:
                    matched = Behind(step.Set!, at) != step.Negative;
                    pc++;
                    break;
                default:
                    matched = IsAt(step.Place, at);
                    pc++;
                    break;
            }
            if (!matched && !Retreat(floor, out pc, out at))
            {
                return -1;
            }
        }
    }

    private readonly bool Ahead(CodeSet set, int at) =>
        at < _text.Length && set.Contains(CodePoints.At(_text, at, out _));

    private readonly bool Behind(CodeSet set, int at) => at > 0 && set.Contains(CodePoints.Before(_text, at, out _));

    private readonly bool Take(CodeSet set, ref int at)
    {
        if (at >= _text.Length)
        {
            return false;
        }
        char c = _text[at];
        if (!char.IsSurrogate(c))
        {
            at++;
            return set.Contains(c);
        }
        int code = CodePoints.At(_text, at, out int width);
        at += width;
        return set.Contains(code);
    }

    private bool TakeMany(in Step step, int pc, ref int at)
    {
        int count = 0;
        int wanted = step.Kind == RepeatKind.Lazy ? step.Min : step.Max;
        int least = at; // where Min of them end
        for (int next = at; count < wanted && Take(step.Set!, ref next); at = next)
        {
            count++;
            least = count <= step.Min ? next : least;
        }
        if (count < step.Min)
        {
            return false;
        }
        if (step.Kind == RepeatKind.Greedy && at > least)
        {
            _alternatives.Push(new Alternative(pc, at, least));
        }
        else if (step.Kind == RepeatKind.Lazy && count < step.Max)
        {
            _alternatives.Push(new Alternative(pc, at, step.Max - count));
        }
        return true;
    }

    private bool Retreat(int floor, out int pc, out int at)
    {
        while (_alternatives.Count > floor)
        {
            if (--_left < 0)
            {
                Forget(floor);
                throw new RegexSyntaxException(
                    "it takes too many steps on this text: it tries the same characters again and again"
                );
            }
            (pc, at, int limit) = _alternatives.Pop();
            if (limit < 0)
            {
                return true;
            }
            if (Again(ref pc, ref at, limit))
            {
                return true;
            }
        }
        (pc, at) = (0, 0);
        return false;
    }

    private readonly bool Again(ref int pc, ref int at, int limit)
    {
        ref readonly Step step = ref _steps[pc];
        if (step.Kind == RepeatKind.Greedy)
        {
            CodePoints.Before(_text, at, out int width);
            at -= width;
            if (at > limit)
            {
                _alternatives.Push(new Alternative(pc, at, limit));
            }
        }
        else if (!Take(step.Set!, ref at))
        {
            return false;
        }
        else if (limit > 1)
        {
            _alternatives.Push(new Alternative(pc, at, limit == int.MaxValue ? limit : limit - 1));
        }
        pc++;
        return true;
    }

    private readonly void Forget(int floor)
    {
        while (_alternatives.Count > floor)
        {
            _alternatives.Pop();
        }
    }

    private readonly bool IsAt(PlaceKind place, int at) =>
        place switch
        {
            PlaceKind.TextStart => at == 0,
            PlaceKind.TextEnd => at == _text.Length,
            PlaceKind.LastLineEnd => at == _text.Length || (at == _text.Length - 1 && _text[at] == '\n'),
            PlaceKind.LineStart => at == 0 || (_text[at - 1] == '\n' && at < _text.Length),
            PlaceKind.LineEnd => at == _text.Length || _text[at] == '\n',
            _ => (Behind(UnicodeData.Instance.Word, at) != Ahead(UnicodeData.Instance.Word, at))
                == (place == PlaceKind.WordEdge),
        };
}
