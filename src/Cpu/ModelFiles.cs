using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Layout;
using MegatronBridge.Quantization;
using MegatronBridge.Ranks;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Checkpoints;
using MegatronBridge.Storage.HuggingFace;

namespace MegatronBridge.Cpu;

/// <summary>A model on disk, of Hugging Face or of Megatron, open for running: all ranks of a process may load their parts from it.</summary>
public sealed class ModelFiles : IDisposable
{
    private readonly IDisposable _files;
    private readonly Func<ModelProvider> _provider;
    private readonly Func<ModelProvider, IParameterSource> _parameters;
    private readonly Lock _lock = new();
    private (ParallelSizes Sizes, ModelProvider Provider, IParameterSource Parameters)? _last;

    private ModelFiles(
        IDisposable files,
        Func<ModelProvider> provider,
        Func<ModelProvider, IParameterSource> parameters,
        IReadOnlyList<string> tokenizerFiles
    )
    {
        _files = files;
        _provider = provider;
        _parameters = parameters;
        TokenizerFiles = tokenizerFiles;
    }

    /// <summary>Paths of the tokenizer's files that lie beside the weights.</summary>
    public IReadOnlyList<string> TokenizerFiles { get; }

    /// <summary>Opens a folder with a Hugging Face model, or a Megatron checkpoint of any kind.</summary>
    /// <param name="path">The folder; of a checkpoint, the root of a run or one iteration.</param>
    /// <param name="hfModel">
    /// The folder of the model that a checkpoint was made of: its config.json may say what no checkpoint has a place for. Not needed for a
    /// Hugging Face model.
    /// </param>
    /// <exception cref="BadFileException">There is no model, or a file breaks its format.</exception>
    /// <exception cref="UnsupportedModelException">The architecture is not known.</exception>
    public static ModelFiles Open(string path, string? hfModel = null) =>
        CheckpointLocation.Find(path).Kind == CheckpointKind.HuggingFace ? OpenHf(path) : OpenMegatron(path, hfModel);

    /// <summary>Loads what a rank has of the model.</summary>
    /// <param name="parallel">The rank's place; one rank when it is not given.</param>
    /// <param name="threads">Threads that the rank computes with; its share of the processors when it is not given.</param>
    /// <exception cref="UnsupportedModelException">The model has something that the forward pass does not know.</exception>
    /// <exception cref="MappingException">Weights are missing or of another shape.</exception>
    /// <exception cref="LayoutException">The model does not divide over the ranks.</exception>
    public CpuModel Load(ParallelState? parallel = null, int? threads = null)
    {
        (ModelProvider provider, IParameterSource parameters) = LaidOut(parallel?.Sizes ?? ParallelSizes.One);
        return CpuModel.Load(provider, parameters, parallel, threads);
    }

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();

    private static ModelFiles OpenHf(string path)
    {
        HfFolder folder = HfFolder.Open(path);
        try
        {
            HfConfig config = HfConfig.Load(folder.PathOf(HfFolder.ConfigName));
            Family family = FamilyList.Of(config);
            DequantizedSource source = DequantizedSource.Of(folder, config);
            return new(
                folder,
                () => family.Exactly(family.ToProvider(config, source.Names), config),
                provider => new PlannedSource(ImportPlan.Create(source, family, provider)),
                [.. folder.FileNames.Where(SideFiles.IsTokenizer).Select(folder.PathOf)]
            );
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private static ModelFiles OpenMegatron(string path, string? hfModel)
    {
        MegatronCheckpoint checkpoint = MegatronCheckpoint.Open(path);
        try
        {
            HfConfig? config = hfModel is null ? null : HfConfig.Load(Path.Combine(hfModel, HfFolder.ConfigName));
            ModelProvider provider =
                checkpoint.Provider()
                ?? throw new BadFileException(
                    path,
                    "the checkpoint does not say what model it is of: it has neither run_config.yaml nor arguments."
                );
            CheckpointParameters parameters = new(checkpoint);
            return new(
                checkpoint,
                () => config is null ? provider.Clone() : FamilyList.Of(config).Exactly(provider, config),
                _ => parameters,
                checkpoint.TokenizerFiles
            );
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    // All ranks have the same sizes: what is made for the first serves the others.
    private (ModelProvider Provider, IParameterSource Parameters) LaidOut(ParallelSizes sizes)
    {
        lock (_lock)
        {
            if (_last is not { } last || last.Sizes != sizes)
            {
                ModelProvider provider = _provider();
                sizes.ApplyTo(provider);
                provider["should_pad_vocab"] = provider.VocabSize % sizes.Tp != 0;
                provider.Complete();
                last = (sizes, provider, _parameters(provider));
                _last = last;
            }

            return (last.Provider, last.Parameters);
        }
    }
}
