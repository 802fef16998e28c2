using MegatronBridge.Cpu.Tokenizers.Unicode;

namespace MegatronBridge.Cpu.Tokenizers.Regex;

/// <summary>A part of a regular expression.</summary>
internal abstract record RegexNode
{
    /// <summary>Whether it can match the empty text.</summary>
    public abstract bool CanBeEmpty { get; }

    /// <summary>What its first character can be, and what can follow where it may be empty.</summary>
    public abstract CodeSet First { get; }

    /// <summary>One character of a set.</summary>
    public sealed record Set(CodeSet Codes) : RegexNode
    {
        public override bool CanBeEmpty => false;
        public override CodeSet First => Codes;
    }

    public sealed record Sequence(RegexNode[] Parts) : RegexNode
    {
        public override bool CanBeEmpty { get; } = Parts.All(part => part.CanBeEmpty);
        public override CodeSet First { get; } = FirstOf(Parts);

        private static CodeSet FirstOf(RegexNode[] parts)
        {
            CodeSet first = CodeSet.Of();
            foreach (RegexNode part in parts)
            {
                first = first.Or(part.First);
                if (!part.CanBeEmpty)
                {
                    break;
                }
            }
            return first;
        }
    }

    public sealed record Alternation(RegexNode[] Branches) : RegexNode
    {
        public override bool CanBeEmpty { get; } = Branches.Any(branch => branch.CanBeEmpty);
        public override CodeSet First { get; } =
            Branches.Aggregate(CodeSet.Of(), (all, branch) => all.Or(branch.First));
    }

    /// <summary>A part <paramref name="Min"/> to <paramref name="Max"/> times.</summary>
    public sealed record Repeat(RegexNode Part, int Min, int Max, RepeatKind Kind) : RegexNode
    {
        public override bool CanBeEmpty { get; } = Min == 0 || Part.CanBeEmpty;
        public override CodeSet First => Part.First;
    }

    /// <summary>A part that, once matched, is not tried in another way.</summary>
    public sealed record Atomic(RegexNode Part) : RegexNode
    {
        public override bool CanBeEmpty => Part.CanBeEmpty;
        public override CodeSet First => Part.First;
    }

    /// <summary>What must, or must not, stand after this place.</summary>
    public sealed record Look(RegexNode Part, bool Negative) : RegexNode
    {
        public override bool CanBeEmpty => true;
        public override CodeSet First { get; } = CodeSet.Of();
    }

    /// <summary>One character that must, or must not, stand before this place.</summary>
    public sealed record LookBack(CodeSet Codes, bool Negative) : RegexNode
    {
        public override bool CanBeEmpty => true;
        public override CodeSet First { get; } = CodeSet.Of();
    }

    /// <summary>A place in the text.</summary>
    public sealed record Place(PlaceKind Kind) : RegexNode
    {
        public override bool CanBeEmpty => true;
        public override CodeSet First { get; } = CodeSet.Of();
    }
}
