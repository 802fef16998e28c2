using MegatronBridge.Config;
using MegatronBridge.Layout;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Checkpoints;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;
using MegatronBridge.Storage.TorchDist;

namespace MegatronBridge.Conversion;

/// <summary>A Megatron checkpoint of any origin, open for reading: its tensors, and what is known of the model.</summary>
public sealed class MegatronCheckpoint : ITensorSource, IDisposable
{
    private const string TokenizerFolder = "tokenizer";

    private readonly TorchDistCheckpoint _tensors;
    private readonly RunConfig? _runConfig;

    private MegatronCheckpoint(CheckpointLocation location, TorchDistCheckpoint tensors, RunConfig? runConfig)
    {
        Location = location;
        _tensors = tensors;
        _runConfig = runConfig;
        Names = [.. tensors.Index.Tensors.Select(tensor => tensor.Key)];
    }

    /// <summary>Where it is.</summary>
    public CheckpointLocation Location { get; }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names { get; }

    /// <summary>Its tensors and objects, and where they lie.</summary>
    public TorchDistIndex Index => _tensors.Index;

    /// <summary>What is neither tensor nor sharded object, or null.</summary>
    public CommonState? CommonState => _tensors.CommonState();

    /// <summary>The model that the checkpoint says it was converted from, or null.</summary>
    public string? HfModelId => _runConfig?.HfModelId;

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
    public static MegatronCheckpoint Open(string path)
    {
        CheckpointLocation location = CheckpointLocation.Find(path);
        if (location.Kind is not (CheckpointKind.TorchDist or CheckpointKind.Dcp))
        {
            throw new BadFileException(
                location.Folder,
                $"this is a checkpoint of the kind {location.Kind}; an export reads torch_dist checkpoints."
            );
        }

        string runConfig = Path.Combine(location.Folder, RunConfig.FileName);
        return new(
            location,
            TorchDistCheckpoint.Open(location.Folder),
            File.Exists(runConfig) ? RunConfig.Load(runConfig) : null
        );
    }

    /// <inheritdoc/>
    public TensorView? Find(string name) => _tensors.Index.FindTensor(name) is null ? null : _tensors.Tensor(name);

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
            provider.NumLayersInFirstPipelineStage = null;
            provider.NumLayersInLastPipelineStage = null;
            provider.PipelineModelParallelLayout = null;
            provider.AccountForEmbeddingInPipelineSplit = false;
            provider.AccountForLossInPipelineSplit = false;
            ParallelSizes.One.ApplyTo(provider);
            provider.Complete();
        }

        return provider;
    }

    /// <summary>The parallel sizes that its config names, or null when it has none.</summary>
    /// <exception cref="BadFileException">The config is damaged.</exception>
    public ParallelSizes? RecordedSizes() => RecordedProvider() is { } provider ? ParallelSizes.Of(provider) : null;

    /// <inheritdoc/>
    public void Dispose() => _tensors.Dispose();

    private ModelProvider? RecordedProvider() => _runConfig?.ToProvider() ?? ProviderOfArguments();

    private ModelProvider? ProviderOfArguments() =>
        CommonState?.Values["args"].TryGetAttributes(out PickleDict? arguments) == true
            ? new MegatronArgs(ArgumentValues.Of(arguments)).ToProvider()
            : null;
}
