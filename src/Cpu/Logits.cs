namespace MegatronBridge.Cpu;

/// <summary>Scores for the token behind each of some tokens, <c>[tokens, vocabulary]</c> float32.</summary>
public sealed class Logits
{
    private readonly float[] _values;

    internal Logits(int tokens, int vocabulary)
    {
        _values = new float[checked(tokens * vocabulary)];
        Tokens = tokens;
        Vocabulary = vocabulary;
    }

    /// <summary>For how many tokens there are scores.</summary>
    public int Tokens { get; }

    /// <summary>Scores of each token: the vocabulary without padding, or the labels of a classifier.</summary>
    public int Vocabulary { get; }

    /// <summary>All scores, row-major.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>The scores for what comes behind a token.</summary>
    public ReadOnlySpan<float> this[int token] => _values.AsSpan(token * Vocabulary, Vocabulary);

    /// <summary>To be written.</summary>
    internal Span<float> Buffer => _values;

    /// <summary>Those of some tokens, to be written.</summary>
    internal Span<float> Rows(Range tokens)
    {
        (int first, int count) = tokens.GetOffsetAndLength(Tokens);
        return _values.AsSpan(first * Vocabulary, count * Vocabulary);
    }
}
