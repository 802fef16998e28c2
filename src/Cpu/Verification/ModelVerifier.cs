using MegatronBridge.Config;
using MegatronBridge.Cpu.Blocks;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Layout;
using MegatronBridge.Ranks;

namespace MegatronBridge.Cpu.Verification;

/// <summary>Runs two models on the same tokens and compares what comes out, and what goes through.</summary>
public static class ModelVerifier
{
    private const long MostNumbers = 1L << 28; // 1 GiB of float32

    /// <summary>Compares two models, which are loaded one after the other, each on ranks of the layout that its folder was opened for.</summary>
    /// <param name="left">The model that counts as right.</param>
    /// <param name="right">The model to be checked.</param>
    /// <param name="tokens">Tokens of both vocabularies.</param>
    /// <param name="withLayers">True to compare the residual stream behind every part, too.</param>
    /// <param name="threads">Threads of each rank; its share of the processors when it is not given.</param>
    /// <param name="cancellation">Ends it between the two passes.</param>
    /// <exception cref="ArgumentException">The models are of different sizes, or the tokens are too many to keep all streams of.</exception>
    /// <exception cref="UnsupportedModelException">A model has something that the forward pass does not know.</exception>
    public static ModelDifference Run(
        ModelFolder left,
        ModelFolder right,
        ReadOnlyMemory<int> tokens,
        bool withLayers = false,
        int? threads = null,
        CancellationToken cancellation = default
    )
    {
        long numbers =
            (long)tokens.Length
            * ResidualStreams.Count(left.Provider)
            * left.Provider.HiddenSize
            * left.Provider.NumLayers
            * 3;
        if (withLayers && numbers > MostNumbers)
        {
            throw new ArgumentException(
                $"{tokens.Length} tokens are too many to compare the layers of this model; give at most {MostNumbers / (numbers / tokens.Length)}.",
                nameof(tokens)
            );
        }

        RecordedHidden? recorded = withLayers ? new() : null;
        List<HiddenDifference> hidden = [];
        Logits expected = Forward(left, tokens, recorded, threads);
        cancellation.ThrowIfCancellationRequested();
        Logits found = Forward(right, tokens, recorded?.Against(hidden), threads);
        return expected.Vocabulary == found.Vocabulary
            ? new()
            {
                Logits =
                [
                    .. Enumerable.Range(0, tokens.Length).Select(i => Compare(tokens.Span[i], expected[i], found[i])),
                ],
                Hidden = hidden,
            }
            : throw new ArgumentException(
                $"The models have different vocabularies: {expected.Vocabulary} and {found.Vocabulary} tokens.",
                nameof(right)
            );
    }

    /// <summary>Runs all ranks of a model as threads. Of those that have the same of the residual stream, one shows it.</summary>
    private static Logits Forward(
        ModelFolder folder,
        ReadOnlyMemory<int> tokens,
        IForwardObserver? observer,
        int? threads
    )
    {
        ParallelSizes sizes = ParallelSizes.Of(folder.Provider);
        ModelProvider provider = folder.Provider.Clone();
        provider.SequenceParallel = false; // each rank would have a share of the stream
        return RankWorld.Run(
            sizes.WorldSize,
            rank =>
            {
                ParallelState parallel = new(rank, sizes);
                bool shows = parallel.Tensor.Rank == 0 && parallel.DataAndContext.Rank == 0;
                using CpuModel model = CpuModel.Load(provider, folder.Parameters, parallel, threads);
                return model.Forward(
                    tokens,
                    options: new() { Observer = observer is null || shows ? observer : new NoObserver() }
                );
            }
        )[0];
    }

    private static LogitDifference Compare(int token, ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        NumberDifference difference = NumberDifference.Of(left, right);
        return new(
            token,
            Rows.IndexOfMax(left),
            Rows.IndexOfMax(right),
            difference.Largest,
            difference.Relative,
            difference.Cosine
        );
    }

    // All ranks must make the same call.
    private sealed class NoObserver : IForwardObserver
    {
        public void OnHidden(int layer, string part, ReadOnlySpan<float> hidden, int width) { }
    }
}
