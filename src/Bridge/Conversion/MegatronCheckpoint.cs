using MegatronBridge.Config;
using MegatronBridge.Layout;
using MegatronBridge.LegacyTorch;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Checkpoints;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch;
using MegatronBridge.Storage.Torch.Pickle;
using MegatronBridge.Storage.TorchDist;

namespace MegatronBridge.Conversion;

/// <summary>A Megatron checkpoint of any origin, open for reading: its tensors, and what is known of the model.</summary>
public sealed class MegatronCheckpoint : ITensorSource, IDisposable
{
    private const string TokenizerFolder = "tokenizer";

    private readonly TorchDistCheckpoint? _torchDist;
    private readonly LegacyTorchCheckpoint? _legacy;
    private readonly JoinedRanks? _joined; // the tensors of the legacy checkpoint

    private MegatronCheckpoint(CheckpointLocation location, TorchDistCheckpoint torchDist)
    {
        Location = location;
        _torchDist = torchDist;
        RunConfig = RunConfigIn(location);
        Names = [.. torchDist.Index.Tensors.Select(tensor => tensor.Key)];
    }

    private MegatronCheckpoint(CheckpointLocation location, LegacyTorchCheckpoint legacy)
    {
        Location = location;
        _legacy = legacy;
        RunConfig = RunConfigIn(location);
        ModelProvider provider =
            RecordedProvider()
            ?? throw new BadFileException(
                location.Folder,
                $"the checkpoint has neither {RunConfig.FileName} nor arguments, so nothing says how its ranks fit together."
            );
        provider.Complete();
        _joined = JoinedRanks.Of(legacy, provider);
        Names = _joined.Names;
    }

    /// <summary>Where it is.</summary>
    public CheckpointLocation Location { get; }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names { get; }

    /// <summary>Its tensors and objects, and where they lie; null for a legacy checkpoint.</summary>
    public TorchDistIndex? Index => _torchDist?.Index;

    /// <summary>What is neither tensor nor sharded object, or null; of a legacy checkpoint all that the first rank has saved.</summary>
    public CommonState? CommonState =>
        _legacy is { Ranks: [LegacyRank first, ..] } ? new(first.State, first.Source) : _torchDist?.CommonState();

    /// <summary>The ranks of a legacy checkpoint; empty for torch_dist.</summary>
    internal IReadOnlyList<LegacyRank> Ranks => _legacy?.Ranks ?? [];

    /// <summary>What Megatron-Bridge says of the model and of the run, or null when it did not write the checkpoint.</summary>
    public RunConfig? RunConfig { get; }

    /// <summary>The arguments of Megatron-LM, or null when there are none.</summary>
    public MegatronArgs? Arguments =>
        CommonState?.Values["args"].TryGetAttributes(out PickleDict? arguments) == true
            ? new(ArgumentValues.Of(arguments))
            : null;

    /// <summary>The model that the checkpoint says it was converted from, or null.</summary>
    public string? HfModelId => RunConfig?.HfModelId;

    /// <summary>Paths of the tokenizer's files that the checkpoint keeps.</summary>
    public IReadOnlyList<string> TokenizerFiles
    {
        get
        {
            string folder = Path.Combine(Location.Folder, TokenizerFolder);
            return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)] : [];
        }
    }

    /// <summary>Opens the checkpoint at <paramref name="path"/>: the root of a run, or the folder of an iteration.</summary>
    /// <exception cref="BadFileException">There is none, or it breaks a rule of its format.</exception>
    /// <exception cref="MappingException">The ranks of a legacy checkpoint do not fit together.</exception>
    public static MegatronCheckpoint Open(string path)
    {
        CheckpointLocation location = CheckpointLocation.Find(path);
        return location.Kind switch
        {
            CheckpointKind.TorchDist or CheckpointKind.Dcp => Keep(
                TorchDistCheckpoint.Open(location.Folder),
                torchDist => new MegatronCheckpoint(location, torchDist)
            ),
            CheckpointKind.LegacyTorch => Keep(
                LegacyTorchCheckpoint.Open(location.Folder),
                legacy => new MegatronCheckpoint(location, legacy)
            ),
            _ => throw new BadFileException(
                location.Folder,
                "this is a Hugging Face model; a checkpoint of Megatron is needed here."
            ),
        };
    }

    /// <inheritdoc/>
    public TensorView? Find(string name) =>
        _joined is not null ? _joined.Find(name)
        : Index?.FindTensor(name) is null ? null
        : _torchDist!.Tensor(name);

    /// <summary>Compares what several ranks have of the same tensor; a torch_dist checkpoint has every tensor once.</summary>
    /// <exception cref="MappingException">Ranks disagree; all tensors are told.</exception>
    public Task CheckCopiesAsync(TransferOptions options, CancellationToken cancellation) =>
        _joined?.CheckCopiesAsync(options, cancellation) ?? Task.CompletedTask;

    /// <summary>
    /// The Megatron side's config: from <c>run_config.yaml</c>, else from the arguments that Megatron-LM keeps, else null. It is
    /// completed, and laid out for one rank: how the checkpoint was cut does not matter to its readers.
    /// </summary>
    /// <exception cref="BadFileException">The config is damaged.</exception>
    /// <exception cref="InvalidConfigException">Its fields contradict each other.</exception>
    public ModelProvider? Provider()
    {
        ModelProvider? provider = RecordedProvider();
        if (provider is not null)
        {
            provider.LayOutOnOneRank();
            provider.PipelineModelParallelLayout = null;
            provider.AccountForEmbeddingInPipelineSplit = false;
            provider.AccountForLossInPipelineSplit = false;
            provider.Complete();
        }

        return provider;
    }

    /// <summary>The Megatron side's config as the checkpoint has it, or null when it has neither <c>run_config.yaml</c> nor arguments.</summary>
    /// <exception cref="BadFileException">The config is damaged.</exception>
    /// <exception cref="InvalidConfigException">The arguments do not describe a model.</exception>
    public ModelProvider? RecordedProvider() => RunConfig?.ToProvider() ?? Arguments?.ToProvider();

    /// <summary>The parallel sizes that its config names, or null when it has none.</summary>
    /// <exception cref="BadFileException">The config is damaged.</exception>
    public ParallelSizes? RecordedSizes() => RecordedProvider() is { } provider ? ParallelSizes.Of(provider) : null;

    /// <summary>What the ranks of a legacy checkpoint have of their optimizer, by the names of the files or of what stands in them.</summary>
    internal IEnumerable<string> OptimizerOfRanks()
    {
        foreach (LegacyRank rank in Ranks)
        {
            if (rank.State["optimizer"] is not null)
            {
                yield return $"{rank.Name}/optimizer";
            }

            foreach (
                string path in Directory
                    .EnumerateFiles(Path.Combine(Location.Folder, rank.Name), "*opti*.pt")
                    .Order(StringComparer.Ordinal)
            )
            {
                if (Path.GetFileName(path) != LegacyTorchCheckpoint.FileName)
                {
                    yield return $"{rank.Name}/{Path.GetFileName(path)}";
                }
            }
        }
    }

    /// <summary>An object of a torch_dist checkpoint, to be saved again as it is.</summary>
    internal ObjectItem Saved(string key)
    {
        TorchFile file = _torchDist!.Object(key);

        // The extra states of modules are nearly all alike; there can be tens of thousands.
        return file.Root is PickleList { Items: [var only] }
            ? only is PickleNone
                ? new(key, MegatronOutput.NoState)
                : file.FindTensor(only) is { DType: DType.U8, Shape: { Rank: 1, ElementCount: 0 } }
                    ? new(key, MegatronOutput.EmptyState)
                    : new(key, file.Root, file)
            : new(key, file.Root, file);
    }

    /// <summary>Which ranks of a legacy checkpoint have a part of a tensor.</summary>
    internal IReadOnlyList<string> RanksOf(string name) => _joined?.RanksOf(name) ?? [];

    /// <inheritdoc/>
    public void Dispose()
    {
        _torchDist?.Dispose();
        _legacy?.Dispose();
    }

    private static MegatronCheckpoint Keep<T>(T files, Func<T, MegatronCheckpoint> open)
        where T : IDisposable
    {
        try
        {
            return open(files);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    private static RunConfig? RunConfigIn(CheckpointLocation location)
    {
        string path = Path.Combine(location.Folder, RunConfig.FileName);
        return File.Exists(path) ? RunConfig.Load(path) : null;
    }
}
