using MegatronBridge.Config;
using MegatronBridge.Cpu.Kernels;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>The residual streams of a model: of each token they lie side by side, <c>[tokens, streams · hidden]</c>. Most models have one.</summary>
internal static class ResidualStreams
{
    /// <summary>What keeps shares of streams from vanishing; Megatron has no field for it, and released models none but this.</summary>
    public const float Epsilon = 1e-6f;

    private const int Most = 64;

    /// <summary>How many streams a model has.</summary>
    /// <exception cref="UnsupportedModelException">They are none, or too many.</exception>
    public static int Count(ModelProvider provider)
    {
        int streams =
            provider.HasHyperConnections ? provider.NumResidualStreams
            : AttentionResidual.IsOf(provider) ? AttentionResidual.Streams(provider, provider.NumLayers)
            : 1;
        return streams is >= 1 and <= Most
            ? streams
            : throw new UnsupportedModelException(
                $"The model has {streams} residual streams; the forward pass knows 1 to {Most}."
            );
    }

    /// <summary>Every stream begins with the same numbers <c>[tokens, hidden]</c>.</summary>
    public static void Spread(Matrix x, Matrix streams)
    {
        for (int at = 0; at < streams.Columns; at += x.Columns)
        {
            streams.ColumnRange(at, x.Columns).CopyFrom(x);
        }
    }

    /// <summary>One over the root mean square of all streams of a token.</summary>
    public static float Scale(ReadOnlySpan<float> streams, float epsilon) =>
        1 / MathF.Sqrt((Rows.Product(streams, streams) / streams.Length) + epsilon);

    /// <summary>The sum of a token's streams, each times a factor.</summary>
    public static void Fold(ReadOnlySpan<float> streams, ReadOnlySpan<float> factors, Span<float> sum)
    {
        sum.Clear();
        for (int stream = 0; stream < factors.Length; stream++)
        {
            Rows.Add(streams.Slice(stream * sum.Length, sum.Length), sum, factors[stream]);
        }
    }
}
