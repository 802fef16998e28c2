using System.Runtime.Intrinsics;

namespace MegatronBridge.Cpu.Kernels;

/// <summary>
/// A rotary embedding: how fast each pair of channels turns with the position. The pairs are neighbours (<c>0, 1</c>) or lie half of the
/// channels apart.
/// </summary>
/// <param name="Frequencies">The angle from a position to the next, for each pair; 0 for one that does not turn.</param>
/// <param name="Factor">What the turned channels are multiplied by.</param>
/// <param name="IsInterleaved">True when pairs are neighbours.</param>
internal sealed record RotaryTable(float[] Frequencies, float Factor, bool IsInterleaved)
{
    private const int LeastRows = 8; // that are worth a thread

    /// <summary>The table for sequences longer than so many tokens, where that is another.</summary>
    public (int Length, RotaryTable Table)? Beyond { get; init; }

    /// <summary>How many channels turn.</summary>
    public int Channels => 2 * Frequencies.Length;

    /// <summary>Tables are equal by what they hold: layers that turn alike share the angles of a pass.</summary>
    public bool Equals(RotaryTable? other) =>
        other is not null
        && Factor == other.Factor
        && IsInterleaved == other.IsInterleaved
        && Beyond == other.Beyond
        && Frequencies.AsSpan().SequenceEqual(other.Frequencies);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Factor, IsInterleaved, Frequencies.Length);

    /// <summary>
    /// Sines and cosines of positions, each <paramref name="step"/> behind the one before: a row for each, first all cosines, then all sines.
    /// </summary>
    public void Fill(int firstPosition, Matrix angles, int step = 1)
    {
        for (int row = 0; row < angles.Rows; row++)
        {
            Span<float> values = angles[row];
            for (int i = 0; i < Frequencies.Length; i++)
            {
                float angle = (firstPosition + (row * step)) * Frequencies[i]; // rounded to float32, as everywhere else
                (double sine, double cosine) = Math.SinCos(angle);
                values[i] = (float)cosine * Factor;
                values[Frequencies.Length + i] = (float)sine * Factor;
            }
        }
    }

    /// <summary>Turns the last channels of all heads of each row by a row of <see cref="Fill"/>; back, with a direction of -1.</summary>
    public void TurnEnds(Matrix heads, int size, Matrix angles, float direction = 1)
    {
        for (int row = 0; row < heads.Rows; row++)
        {
            for (int at = size - Channels; at < heads.Columns; at += size)
            {
                Turn(heads[row].Slice(at, Channels), angles[row], direction);
            }
        }
    }

    /// <summary>Turns the first channels of all heads of each row by a row of <see cref="Fill"/>, on all threads.</summary>
    public void TurnBegins(Workers workers, Matrix heads, int size, Matrix angles) =>
        workers.Run(heads.Rows, LeastRows, new TurnJob(heads, size, angles, Frequencies.Length, IsInterleaved));

    /// <summary>Turns the first channels of a head by a row of <see cref="Fill"/>; back, with a direction of -1.</summary>
    public void Turn(Span<float> head, ReadOnlySpan<float> angles, float direction = 1) =>
        Turn(head, angles, Frequencies.Length, IsInterleaved, direction);

    private static void Turn(
        Span<float> head,
        ReadOnlySpan<float> angles,
        int pairs,
        bool isInterleaved,
        float direction = 1
    )
    {
        ReadOnlySpan<float> cosines = angles[..pairs];
        ReadOnlySpan<float> sines = angles.Slice(pairs, pairs);
        int i = isInterleaved ? 0 : TurnHalves(head, cosines, sines, direction);
        for (; i < pairs; i++)
        {
            ref float first = ref head[isInterleaved ? 2 * i : i];
            ref float second = ref head[isInterleaved ? (2 * i) + 1 : pairs + i];
            float sine = sines[i] * direction;
            (first, second) = ((first * cosines[i]) - (second * sine), (second * cosines[i]) + (first * sine));
        }
    }

    /// <summary>
    /// Turns a head that may have fewer channels than turn, as transformers does: the angles of the first half and those of the second half,
    /// cut to the head, so that both channels of a pair do not turn alike.
    /// </summary>
    public void TurnShort(Span<float> head, ReadOnlySpan<float> angles)
    {
        int pairs = Frequencies.Length;
        if (head.Length >= 2 * pairs)
        {
            Turn(head, angles);
            return;
        }

        int half = head.Length / 2;
        for (int i = 0; i < half; i++)
        {
            (int first, int second) = (i % pairs, (half + i) % pairs);
            (head[i], head[half + i]) = (
                (head[i] * angles[first]) - (head[half + i] * angles[pairs + first]),
                (head[half + i] * angles[second]) + (head[i] * angles[pairs + second])
            );
        }
    }

    // Eight pairs at a time; returns how many.
    private static int TurnHalves(
        Span<float> head,
        ReadOnlySpan<float> cosines,
        ReadOnlySpan<float> sines,
        float direction
    )
    {
        int i = 0;
        Span<float> seconds = head[cosines.Length..];
        for (; i <= cosines.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<float> first = Vector256.Create(head[i..]);
            Vector256<float> second = Vector256.Create(seconds[i..]);
            Vector256<float> cosine = Vector256.Create(cosines[i..]);
            Vector256<float> sine = Vector256.Create(sines[i..]) * direction;
            ((first * cosine) - (second * sine)).CopyTo(head[i..]);
            ((second * cosine) + (first * sine)).CopyTo(seconds[i..]);
        }

        return i;
    }

    private readonly struct TurnJob(Matrix heads, int size, Matrix angles, int pairs, bool isInterleaved) : IJob
    {
        public void Run(int begin, int end)
        {
            for (int row = begin; row < end; row++)
            {
                for (int at = 0; at < heads.Columns; at += size)
                {
                    Turn(heads[row].Slice(at, size), angles[row], pairs, isInterleaved);
                }
            }
        }
    }
}
