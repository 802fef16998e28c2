using MegatronBridge.Config;

namespace MegatronBridge.Estimates;

/// <summary>The sequences of one training step: so many of one length, or packed ones, each of its own. No token sees another sequence.</summary>
public sealed class SequenceBatch
{
    private readonly (long Count, long Length)[] _groups;

    private SequenceBatch((long Count, long Length)[] groups) => _groups = groups;

    /// <summary>Tokens of all sequences.</summary>
    public decimal Tokens => Sum(length => length);

    /// <summary>True when all sequences have one length.</summary>
    public bool IsUniform => _groups.Length == 1;

    /// <summary>So many sequences, each of so many tokens.</summary>
    /// <exception cref="InvalidConfigException">One of the numbers is less than 1.</exception>
    public static SequenceBatch Uniform(int count, int length) =>
        count >= 1 && length >= 1
            ? new([(count, length)])
            : throw new InvalidConfigException(
                $"A batch needs 1 or more sequences of 1 or more tokens, found {count} of {length}."
            );

    /// <summary>Packed sequences: the tokens of each.</summary>
    /// <exception cref="InvalidConfigException">There is none, or one has less than 1 token.</exception>
    public static SequenceBatch Packed(IEnumerable<int> lengths)
    {
        (long Count, long Length)[] groups =
        [
            .. lengths.CountBy(length => length).Select(group => ((long)group.Value, (long)group.Key)),
        ];
        return groups.Length > 0 && Array.TrueForAll(groups, group => group.Length >= 1)
            ? new(groups)
            : throw new InvalidConfigException(
                groups.Length == 0
                    ? "The list of sequence lengths is empty."
                    : $"A packed sequence has {groups.Min(group => group.Length)} tokens; it must have 1 or more."
            );
    }

    /// <summary>For example <c>8 sequences of 2048 tokens</c>.</summary>
    public override string ToString() =>
        _groups switch
        {
            [(1, var length)] => $"1 sequence of {length} tokens",
            [var (count, length)] => $"{count} sequences of {length} tokens",
            _ => $"{_groups.Sum(group => group.Count)} packed sequences, {Tokens} tokens together",
        };

    /// <summary>The sum of a function of the length over all sequences.</summary>
    internal decimal Sum(Func<decimal, decimal> ofLength) => _groups.Sum(group => group.Count * ofLength(group.Length));

    /// <summary>
    /// Pairs of a query and a key of attention that looks back: half the square of a length, as everyone counts it; those within a
    /// <paramref name="window"/> that is shorter than the sequence exactly.
    /// </summary>
    internal decimal Pairs(long? window = null) =>
        Sum(length => window < length ? PairsWithin(window.Value, length) : length * length / 2);

    /// <summary>Pairs when each query has at most so many keys, itself among them; exactly, also of short sequences.</summary>
    internal decimal ChosenPairs(long most) =>
        Sum(length => most < length ? PairsWithin(most, length) : length * (length + 1) / 2);

    private static decimal PairsWithin(long window, decimal length) =>
        (length * window) - ((decimal)window * (window - 1) / 2);
}
