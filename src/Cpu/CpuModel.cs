using System.Runtime.InteropServices;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;
using MegatronBridge.Model;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cpu;

/// <summary>
/// A language model that computes on the CPU: what one rank has of it. On several ranks each has one, and all of them make every call
/// with the same arguments.
/// </summary>
public sealed class CpuModel : IDisposable
{
    private readonly ParallelState _parallel;
    private readonly IReadOnlyList<Stage> _stages;
    private readonly Workers _workers;
    private readonly Scratch _scratch = new();
    private readonly Scratch _lasting = new();
    private readonly int _streams;

    private CpuModel(ModelProvider provider, ParallelState parallel, IReadOnlyList<Stage> stages, int threads)
    {
        Provider = provider;
        _parallel = parallel;
        _stages = stages;
        _streams = Blocks.ResidualStreams.Count(provider);
        _workers = new(threads);
        PassLength = Cpu.PassLength.Of(provider);
    }

    /// <summary>The config that it was built from.</summary>
    public ModelProvider Provider { get; }

    /// <summary>Scores that it gives for each token: its vocabulary, or the labels of a classifier.</summary>
    public int Outputs =>
        Provider.Has("num_labels")
            ? (int)Blocks.ProviderFields.NumberOr(Provider, "num_labels", 0)
            : Provider.VocabSize;

    /// <summary>How many tokens go through the layers at a time.</summary>
    internal int PassLength { get; set; }

    /// <summary>Builds this rank's part of the model that a completed <paramref name="provider"/> describes.</summary>
    /// <param name="provider">The config; the sizes in it are those of <paramref name="parallel"/>.</param>
    /// <param name="source">Where the parameters are: a checkpoint, or what an import has planned.</param>
    /// <param name="parallel">The rank's place; one rank when it is not given.</param>
    /// <param name="threads">Threads that the rank computes with; its share of the processors when it is not given.</param>
    /// <exception cref="UnsupportedModelException">The model has something that the forward pass does not know.</exception>
    /// <exception cref="MappingException">A weight is missing.</exception>
    public static CpuModel Load(
        ModelProvider provider,
        IParameterSource source,
        ParallelState? parallel = null,
        int? threads = null
    )
    {
        parallel ??= new(RankWorld.One, Layout.ParallelSizes.Of(provider));
        ModelTable table = ModelTable.Build(provider);
        IReadOnlyList<IReadOnlyList<RankParameter>> owned = RankTable.Build(
            table,
            provider,
            parallel.Sizes,
            RankPlace.Of(parallel.Grid, parallel.Rank)
        );
        List<Stage> stages = [];
        try
        {
            for (int i = 0; i < owned.Count; i++)
            {
                stages.Add(
                    Stage.Build(
                        provider,
                        parallel,
                        new RankWeights(table, owned[i], source),
                        isFirst: parallel.IsFirstStage && i == 0,
                        isLast: parallel.IsLastStage && i == owned.Count - 1
                    )
                );
            }
        }
        catch
        {
            stages.ForEach(stage => stage.Dispose());
            throw;
        }

        return new(
            provider,
            parallel,
            stages,
            threads ?? Math.Max(1, Environment.ProcessorCount / parallel.World.Size)
        );
    }

    /// <summary>
    /// The scores for what comes behind each token. With a <paramref name="state"/>, the tokens follow those that it has, and are added to
    /// it.
    /// </summary>
    /// <exception cref="ArgumentException">There are no tokens, or some are not of the vocabulary.</exception>
    public Logits Forward(ReadOnlyMemory<int> tokens, SequenceState? state = null, ForwardOptions? options = null)
    {
        options ??= ForwardOptions.Default;
        Logits logits = new(options.OnlyLast ? 1 : tokens.Length, Outputs);
        Forward(tokens, state, options, logits);
        return logits;
    }

    /// <summary>The same, into the place of logits of an earlier pass.</summary>
    internal void Forward(ReadOnlyMemory<int> tokens, SequenceState? state, ForwardOptions options, Logits logits)
    {
        RequireTokens(tokens.Span, options);
        using SequenceState? own = state is null ? new(DType.F32) : null;
        state ??= own!;
        int end = checked(state.Length + tokens.Length);
        int length = options.Observer is null ? PassLength : tokens.Length;
        for (int at = 0; at < tokens.Length; at += length)
        {
            int count = Math.Min(length, tokens.Length - at);
            Range rows =
                !options.OnlyLast ? at..(at + count)
                : at + count == tokens.Length ? 0..1
                : 0..0;
            Run(
                Pass(tokens.Slice(at, count), state, end, options),
                options.Embeddings?.Slice(at * Provider.HiddenSize, count * Provider.HiddenSize),
                logits.Rows(rows)
            );
            state.Length += count;
        }

        _parallel.Pipeline.Broadcast(MemoryMarshal.AsBytes(logits.Buffer), _parallel.Pipeline.Size - 1);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Stage stage in _stages)
        {
            stage.Dispose();
        }

        _workers.Dispose();
        _scratch.Dispose();
        _lasting.Dispose();
    }

    private ForwardPass Pass(ReadOnlyMemory<int> tokens, SequenceState state, int end, ForwardOptions options)
    {
        int ranks = _parallel.Tensor.Size;
        return new(_workers, _scratch, _lasting, _parallel, state)
        {
            Tokens = tokens,
            End = end,
            Observer = options.Observer,
            IsSequenceParallel = Provider.SequenceParallel && ranks > 1 && tokens.Length % ranks == 0,
        };
    }

    /// <summary>Runs a pass through all stages of the rank; scores <c>[last tokens, outputs]</c> become those of its last tokens, if any.</summary>
    private void Run(ForwardPass pass, ReadOnlyMemory<float>? embeddings, Span<float> scores)
    {
        using Scratch.Frame frame = _scratch.Open();
        using Scratch.Frame lasting = _lasting.Open();
        for (int stage = 0; stage < _stages.Count; stage++)
        {
            using Scratch.Frame ofStage = _scratch.Open();
            Run(pass, stage, ofStage, embeddings, scores);
        }
    }

    private unsafe void Run(
        ForwardPass pass,
        int number,
        Scratch.Frame frame,
        ReadOnlyMemory<float>? embeddings,
        Span<float> scores
    )
    {
        Stage stage = _stages[number];
        ProcessGroup pipeline = _parallel.Pipeline;
        Matrix x = frame.Take(pass.OwnCount, _streams * Provider.HiddenSize); // [own tokens, streams · hidden]
        if (_parallel.IsFirstStage && number == 0)
        {
            Embed(pass, stage, embeddings, x);
        }
        else if (pipeline.Size > 1)
        {
            pipeline.Receive(MemoryMarshal.AsBytes(x.Flat), (pipeline.Rank + pipeline.Size - 1) % pipeline.Size);
        }

        foreach (Blocks.Layer layer in stage.Layers)
        {
            layer.Forward(pass, x);
        }

        if (stage.Head is { } head)
        {
            Matrix all = pass.GatherTokens(frame, x); // [tokens, streams · hidden]
            int wanted = scores.Length / Outputs;
            fixed (float* start = scores)
            {
                if (wanted > 0)
                {
                    Matrix last = all.RowRange(all.Rows - wanted, wanted);
                    head.Forward(pass, last, new((nint)start, wanted, Outputs, Outputs));
                }
            }
        }
        else
        {
            pipeline.Send(MemoryMarshal.AsBytes(x.Flat), (pipeline.Rank + 1) % pipeline.Size);
        }
    }

    private void Embed(ForwardPass pass, Stage stage, ReadOnlyMemory<float>? embeddings, Matrix x)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        Matrix all = frame.Take(pass.Count, Provider.HiddenSize); // [tokens, hidden]
        if (embeddings is { } given)
        {
            given.Span.CopyTo(all.Flat);
        }
        else
        {
            stage.Embedding!.Forward(pass, all);
        }

        if (stage.PerLayer is { } perLayer)
        {
            pass.PerLayerInputs = pass.Keep(perLayer.Width);
            perLayer.Forward(pass, all, pass.PerLayerInputs.Value);
        }

        Blocks.ResidualStreams.Spread(pass.OwnTokens(all), x);
        pass.Observe(-1, "embedding", x);
    }

    private void RequireTokens(ReadOnlySpan<int> tokens, ForwardOptions options)
    {
        if (tokens.IsEmpty)
        {
            throw new ArgumentException("There are no tokens.", nameof(tokens));
        }

        if (options.Embeddings is { } given)
        {
            if (given.Length != (long)tokens.Length * Provider.HiddenSize)
            {
                throw new ArgumentException(
                    $"{tokens.Length} tokens need {(long)tokens.Length * Provider.HiddenSize} numbers of embeddings, found {given.Length}.",
                    nameof(options)
                );
            }

            return;
        }

        foreach (int token in tokens)
        {
            if (token < 0 || token >= Provider.VocabSize)
            {
                throw new ArgumentException(
                    $"Token {token} is not of the vocabulary, which has 0 to {Provider.VocabSize - 1}.",
                    nameof(tokens)
                );
            }
        }
    }
}
