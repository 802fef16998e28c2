using MegatronBridge.Cpu.Tokenizers.Unicode;

namespace MegatronBridge.Cpu.Tokenizers.Regex;

/// <summary>A regular expression as steps that <see cref="RegexMatcher"/> takes.</summary>
internal sealed class RegexProgram
{
    private const int MaxSteps = 20_000;

    private readonly List<Step> _steps = [];

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="RegexSyntaxException">The pattern is wrong, too large, or has something that is not supported.</exception>
    public RegexProgram(string pattern)
    {
        RegexNode node = RegexParser.Parse(pattern);
        Emit(node);
        Add(new Step(Operation.Accept));
        Steps = [.. _steps];
        First = node.CanBeEmpty ? null : node.First;
    }

    public Step[] Steps { get; }

    /// <summary>What a match can begin with; null when it can be empty.</summary>
    public CodeSet? First { get; }

    internal enum Operation : byte
    {
        Accept,

        /// <summary>One character of the set.</summary>
        One,

        /// <summary>Characters of the set, Min to Max of them.</summary>
        Many,

        /// <summary>On at Target, and if that fails at Other. With a set: at once at Other unless the next character is in it.</summary>
        Try,
        Jump,

        /// <summary>The steps from the next one on must, or must not, match here; then on at Target.</summary>
        Look,

        /// <summary>The steps from the next one on, matched in one way only; then on at Target.</summary>
        Atomic,
        LookBack,
        Place,
    }

    internal readonly record struct Step(
        Operation Operation,
        CodeSet? Set = null,
        int Target = 0,
        int Other = 0,
        int Min = 0,
        int Max = 0,
        RepeatKind Kind = RepeatKind.Greedy,
        PlaceKind Place = PlaceKind.TextStart,
        bool Negative = false
    );

    private int Add(Step step)
    {
        if (_steps.Count == MaxSteps)
        {
            throw new RegexSyntaxException($"it takes more than {MaxSteps} steps");
        }
        _steps.Add(step);
        return _steps.Count - 1;
    }

    private void Emit(RegexNode node)
    {
        switch (node)
        {
            case RegexNode.Set set:
                Add(new Step(Operation.One, set.Codes));
                break;
            case RegexNode.Sequence sequence:
                foreach (RegexNode part in sequence.Parts)
                {
                    Emit(part);
                }
                break;
            case RegexNode.Alternation choice:
                EmitChoice(choice.Branches);
                break;
            case RegexNode.Repeat repeat:
                EmitRepeat(repeat);
                break;
            case RegexNode.Atomic atomic:
                EmitInner(Operation.Atomic, atomic.Part, negative: false);
                break;
            case RegexNode.Look look:
                EmitInner(Operation.Look, look.Part, look.Negative);
                break;
            case RegexNode.LookBack back:
                Add(new Step(Operation.LookBack, back.Codes, Negative: back.Negative));
                break;
            case RegexNode.Place place:
                Add(new Step(Operation.Place, Place: place.Kind));
                break;
        }
    }

    private void EmitInner(Operation operation, RegexNode part, bool negative)
    {
        int start = Add(default);
        Emit(part);
        Add(new Step(Operation.Accept));
        _steps[start] = new Step(operation, Target: _steps.Count, Negative: negative);
    }

    private void EmitChoice(RegexNode[] branches)
    {
        var jumps = new List<int>();
        for (int i = 0; i < branches.Length - 1; i++)
        {
            int start = Add(default);
            Emit(branches[i]);
            jumps.Add(Add(default));
            _steps[start] = new Step(Operation.Try, Guard(branches[i]), start + 1, _steps.Count);
        }
        Emit(branches[^1]);
        foreach (int jump in jumps)
        {
            _steps[jump] = new Step(Operation.Jump, Target: _steps.Count);
        }
    }

    private static CodeSet? Guard(RegexNode branch) => branch.CanBeEmpty ? null : branch.First;

    private void EmitRepeat(RegexNode.Repeat repeat)
    {
        if (repeat.Part is RegexNode.Set set)
        {
            Add(new Step(Operation.Many, set.Codes, Min: repeat.Min, Max: repeat.Max, Kind: repeat.Kind));
            return;
        }
        if (repeat.Kind == RepeatKind.Possessive)
        {
            EmitInner(Operation.Atomic, repeat with { Kind = RepeatKind.Greedy }, negative: false);
            return;
        }
        for (int i = 0; i < repeat.Min; i++)
        {
            Emit(repeat.Part);
        }
        if (repeat.Max == int.MaxValue)
        {
            int start = Add(default);
            Emit(repeat.Part);
            Add(new Step(Operation.Jump, Target: start));
            _steps[start] = Option(repeat, start);
            return;
        }
        var options = new List<int>();
        for (int i = repeat.Min; i < repeat.Max; i++)
        {
            options.Add(Add(default));
            Emit(repeat.Part);
        }
        foreach (int option in options)
        {
            _steps[option] = Option(repeat, option);
        }
    }

    // Into the repeated part, which comes next, or past all that has been emitted.
    private Step Option(RegexNode.Repeat repeat, int start) =>
        repeat.Kind == RepeatKind.Lazy
            ? new Step(Operation.Try, null, _steps.Count, start + 1)
            : new Step(Operation.Try, Guard(repeat.Part), start + 1, _steps.Count);
}
