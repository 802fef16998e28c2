using System.Globalization;
using System.Runtime.CompilerServices;

namespace MegatronBridge.Mapping;

/// <summary>
/// A parameter name in which <c>*</c> stands for a layer or an expert, always with its global number:
/// <c>decoder.layers.*.mlp.experts.linear_fc1.weight*</c>. <c>{N+*}</c> is a number that counts on from the layers of the
/// decoder: in a model of 61 layers <c>model.layers.{N+*}.</c> begins with <c>model.layers.61.</c> A <c>**</c> at the end stands
/// for all that a name may go on with: <c>visual.**</c>
/// </summary>
public sealed class NamePattern
{
    private const string CountOn = "{N+";
    private const string Anything = "**";
    private const int RoomyName = 256; // longer ones take a little more time

    private readonly string[] _literals; // what stands between the numbers, ends included
    private readonly bool[] _countsOn; // which numbers count on from the decoder's layers
    private readonly bool _goesOn; // anything may follow

    /// <summary>Reads a pattern.</summary>
    public NamePattern(string text)
    {
        Text = text;
        _goesOn = text.EndsWith(Anything, StringComparison.Ordinal);
        string[] parts = (_goesOn ? text[..^Anything.Length] : text).Split('*');
        _literals = [.. parts.Select(part => part.Replace(CountOn, "").Replace("}", ""))];
        _countsOn = [.. parts.SkipLast(1).Select(part => part.EndsWith(CountOn, StringComparison.Ordinal))];
    }

    /// <summary>The pattern as it was given.</summary>
    public string Text { get; }

    /// <summary>True when a name may go on with anything behind it: <c>visual.**</c></summary>
    public bool GoesOn => _goesOn;

    /// <summary>How many numbers a name of this pattern has.</summary>
    public int StarCount => _literals.Length - 1;

    /// <summary>The numbers in <paramref name="name"/>, or null when it does not match.</summary>
    public int[]? Match(string name, int decoderLayers = 0) => Match(name, out _, decoderLayers);

    /// <summary>The numbers in <paramref name="name"/> and what <c>**</c> stands for, or null when it does not match.</summary>
    public int[]? Match(string name, out string more, int decoderLayers = 0)
    {
        more = "";
        ReadOnlySpan<char> rest = name;
        if (!rest.StartsWith(_literals[0], StringComparison.Ordinal))
        {
            return null;
        }

        rest = rest[_literals[0].Length..];
        int[] numbers = new int[StarCount];
        for (int i = 0; i < numbers.Length; i++)
        {
            int digits = rest.IndexOfAnyExceptInRange('0', '9');
            digits = digits < 0 ? rest.Length : digits;
            bool isCanonical = digits == 1 || (digits > 1 && rest[0] != '0');
            if (
                !isCanonical
                || !int.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i])
            )
            {
                return null;
            }

            numbers[i] -= _countsOn[i] ? decoderLayers : 0;
            rest = rest[digits..];
            if (numbers[i] < 0 || !rest.StartsWith(_literals[i + 1], StringComparison.Ordinal))
            {
                return null;
            }

            rest = rest[_literals[i + 1].Length..];
        }

        more = rest.ToString();
        return rest.IsEmpty != _goesOn ? numbers : null;
    }

    /// <summary>The name with those numbers, without what <c>**</c> stands for; a pattern with fewer stars takes the first ones.</summary>
    public string Format(ReadOnlySpan<int> numbers, int decoderLayers = 0)
    {
        DefaultInterpolatedStringHandler name = new(0, 0, CultureInfo.InvariantCulture, stackalloc char[RoomyName]);
        name.AppendLiteral(_literals[0]);
        for (int i = 0; i < StarCount; i++)
        {
            name.AppendFormatted(numbers[i] + (_countsOn[i] ? decoderLayers : 0));
            name.AppendLiteral(_literals[i + 1]);
        }

        return name.ToStringAndClear();
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
