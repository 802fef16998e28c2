using MegatronBridge.Config;
using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Ranks;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Checkpoints;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;
using MegatronBridge.Storage.TorchDist;

namespace MegatronBridge.LegacyTorch;

/// <summary>
/// The tensors of a legacy checkpoint as a torch_dist checkpoint of the same model would have them: the parts of all ranks joined, layers
/// and experts stacked, under torch_dist's keys. Nothing is read until somebody asks for elements.
/// </summary>
internal sealed class JoinedRanks : ITensorSource
{
    private const string Version = "checkpoint_version";
    private const string Iteration = "iteration";

    // Tables that modules compute for themselves; only some versions save them.
    private static readonly string[] Computed = ["._extra_state", ".inv_freq"];

    private readonly ModelProvider _provider;
    private readonly ParallelSizes _sizes;
    private readonly ModelTable _table;
    private readonly List<string> _faults = [];
    private readonly Dictionary<string, List<(ParameterChunk Chunk, TensorView View, string Rank)>> _chunks = [];
    private readonly Dictionary<(string Parameter, Box Piece), (TensorView View, string Rank)> _first = [];
    private readonly List<RankCopy> _copies = [];
    private readonly Dictionary<string, TensorView> _tensors = new(StringComparer.Ordinal);

    private JoinedRanks(ModelProvider provider)
    {
        _provider = provider;
        _sizes = ParallelSizes.Of(provider) with { Cp = 1 };
        _table = ModelTable.Build(provider);
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <summary>Which ranks have a part of a tensor.</summary>
    public IReadOnlyList<string> RanksOf(string key) => [.. _chunks[key].Select(chunk => chunk.Rank).Distinct()];

    /// <summary>
    /// Joins the ranks of <paramref name="checkpoint"/>, which the complete <paramref name="provider"/> describes as they are laid out.
    /// </summary>
    /// <exception cref="MappingException">Ranks or parameters are missing or surplus, or of another shape or type; all are told.</exception>
    /// <exception cref="LayoutException">The model does not divide as the provider says.</exception>
    public static JoinedRanks Of(LegacyTorchCheckpoint checkpoint, ModelProvider provider)
    {
        JoinedRanks joined = new(provider);
        joined.AddRanks(checkpoint);
        joined.Join();
        return joined._faults.Count == 0
            ? joined
            : throw new MappingException(
                "The ranks of the checkpoint do not fit the model that its arguments describe",
                joined._faults
            );
    }

    /// <inheritdoc/>
    public TensorView? Find(string name) => _tensors.GetValueOrDefault(name);

    /// <summary>Compares what several ranks have with what the first of them has, bit by bit.</summary>
    /// <exception cref="MappingException">Ranks disagree; all tensors are told.</exception>
    public Task CheckCopiesAsync(TransferOptions options, CancellationToken cancellation) =>
        RankCopy.CheckAsync(_copies, options, cancellation);

    private void AddRanks(LegacyTorchCheckpoint checkpoint)
    {
        bool hasExperts = _table.Parameters.Any(parameter => parameter.Expert is not null);
        IReadOnlyList<RankFolder> folders = RankFolder.Of(_sizes, hasExperts);
        Dictionary<string, LegacyRank> ranks = checkpoint.Ranks.ToDictionary(rank => rank.Name);
        foreach (RankFolder folder in folders)
        {
            if (ranks.Remove(folder.Name, out LegacyRank? rank))
            {
                Add(rank, folder.Place);
            }
            else if (folder.IsNeeded)
            {
                _faults.Add($"{folder.Name} is missing; the layout is {_sizes.Describe()}.");
            }
        }

        CheckStates(checkpoint.Ranks);
        foreach (string name in ranks.Keys)
        {
            _faults.Add($"{name} belongs to no rank of the layout, which is {_sizes.Describe()}.");
        }
    }

    /// <summary>All ranks are of one iteration, and of a version whose attention weights are ordered as today's.</summary>
    private void CheckStates(IReadOnlyList<LegacyRank> ranks)
    {
        foreach (LegacyRank rank in ranks)
        {
            if (!(rank.State[Version].TryGetDouble(out double version) && version >= LegacyOutput.Version))
            {
                _faults.Add(
                    $"{rank.Name}: checkpoint_version is {rank.State[Version]?.ToString() ?? "missing"}, not {LegacyOutput.Version} or more; older "
                        + "ones order queries, keys and values in another way. Load and save it with Megatron-LM first."
                );
            }

            if ($"{rank.State[Iteration]}" != $"{ranks[0].State[Iteration]}")
            {
                _faults.Add(
                    $"{rank.Name} is of iteration {rank.State[Iteration]}, but {ranks[0].Name} of {ranks[0].State[Iteration]}."
                );
            }
        }
    }

    private void Add(LegacyRank rank, RankPlace place)
    {
        IReadOnlyList<IReadOnlyList<RankParameter>> stages = RankTable.Build(_table, _provider, _sizes, place);
        foreach ((int stage, IReadOnlyList<RankParameter> parameters) in stages.Index())
        {
            int? number = _sizes.Vp > 1 ? stage : null;
            if (number is not null && parameters.Count == 0 && rank.State[$"model{stage}"] is null)
            {
                continue; // Megatron saves nothing of a stage without layers
            }

            try
            {
                Add(rank.Model(number), parameters, number is null ? rank.Name : $"{rank.Name}/model{stage}");
            }
            catch (BadFileException e)
            {
                _faults.Add($"{rank.Name}: {e.Fault}");
            }
        }
    }

    private void Add(
        IReadOnlyDictionary<string, TensorView> model,
        IReadOnlyList<RankParameter> parameters,
        string rank
    )
    {
        HashSet<string> surplus = [.. model.Keys];
        foreach (RankParameter own in parameters)
        {
            string? name = RankSpelling.Of(own.Name).FirstOrDefault(model.ContainsKey);
            if (name is null)
            {
                _faults.Add($"{rank}: {own.Name} {own.Shape} is missing.");
            }
            else if (surplus.Remove(name) && model[name].Shape != own.Shape)
            {
                _faults.Add($"{rank}: {name} should have the shape {own.Shape}, but has {model[name].Shape}.");
            }
            else
            {
                Add(own, model[name], rank);
            }
        }

        _faults.AddRange(
            surplus
                .Where(name => !Array.Exists(Computed, end => name.EndsWith(end, StringComparison.Ordinal)))
                .Select(name => $"{rank}: {name} {model[name].Shape} is no parameter of the model.")
        );
    }

    /// <summary>The first rank that has a piece gives it; those of the others must equal it.</summary>
    private void Add(RankParameter own, TensorView tensor, string rank)
    {
        ParameterChunk[] chunks = [.. ParameterChunk.Cut(own.Parameter, _sizes)];
        int axis = own.Parameter.Cut.Axis ?? 0;
        long start = 0;
        foreach (Box piece in own.Pieces)
        {
            TensorView view = own.Pieces.Count == 1 ? tensor : tensor.Slice(axis, start, piece.Sizes[axis]);
            start += own.Pieces.Count == 1 ? 0 : piece.Sizes[axis];
            if (_first.TryGetValue((own.Parameter.Name, piece), out (TensorView View, string Rank) first))
            {
                _copies.Add(new(own.Name, rank, view, first.Rank, first.View));
                continue;
            }

            _first.Add((own.Parameter.Name, piece), (view, rank));
            ParameterChunk chunk = Array.Find(chunks, chunk => chunk.InParameter == piece)!;
            if (!_chunks.TryGetValue(chunk.Key, out var ofKey))
            {
                _chunks.Add(chunk.Key, ofKey = []);
            }

            ofKey.Add((chunk, view, rank));
        }
    }

    private void Join()
    {
        foreach ((string key, var chunks) in _chunks)
        {
            (ParameterChunk first, TensorView view, string rank) = chunks[0];
            foreach (var other in chunks.Where(chunk => chunk.View.DType != view.DType))
            {
                _faults.Add($"{key} is {other.View.DType} on {other.Rank}, but {view.DType} on {rank}.");
            }

            if (_faults.Count == 0)
            {
                _tensors.Add(
                    key,
                    new ChunkedView(
                        view.DType,
                        first.KeyShape,
                        [.. chunks.Select(chunk => (chunk.Chunk.InKey, chunk.View.Reshape(chunk.Chunk.InKey.Sizes)))]
                    )
                );
            }
        }
    }
}
