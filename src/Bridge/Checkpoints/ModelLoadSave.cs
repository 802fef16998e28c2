using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Ranks;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Checkpoints;

/// <summary>
/// Loads models from the checkpoints of Megatron-Bridge and of Megatron-LM into the ranks of any layout, and saves them. (Upstream's module
/// <c>training.model_load_save</c>.)
/// </summary>
public static partial class ModelLoadSave
{
    /// <summary>
    /// The config of the model in a checkpoint, layout and all as it was saved, and the arguments of Megatron-LM if that has written it.
    /// </summary>
    /// <param name="checkpointPath">The folder of an iteration, or the root of a run, of which the newest is taken.</param>
    /// <exception cref="BadFileException">There is no such checkpoint, or it does not say what model it has.</exception>
    /// <exception cref="InvalidConfigException">The arguments do not describe a model.</exception>
    public static (ModelProvider Config, MegatronArgs? Args) LoadModelConfig(string checkpointPath)
    {
        using MegatronCheckpoint checkpoint = MegatronCheckpoint.Open(checkpointPath);
        return (ConfigOf(checkpoint), checkpoint.RunConfig is null ? checkpoint.Arguments : null);
    }

    /// <summary>Builds what this rank has of a model, a part for each virtual stage, and loads its weights.</summary>
    /// <param name="checkpointPath">Where the weights are; its config does not count.</param>
    /// <param name="config">The config, which has the layout to load into. It is completed.</param>
    /// <param name="options">The expected kind, and the ranks; null for a single rank. Its layout does not count.</param>
    /// <exception cref="BadFileException">There is no such checkpoint, or it breaks a rule of its format.</exception>
    /// <exception cref="InvalidConfigException">The config contradicts itself, or is of another kind of model.</exception>
    /// <exception cref="LayoutException">The model does not divide over the ranks.</exception>
    /// <exception cref="MappingException">The weights do not fit the config; all misfits are told.</exception>
    public static IReadOnlyList<MegatronModel> BuildAndLoadModel(
        string checkpointPath,
        ModelProvider config,
        LoadModelOptions? options = null
    )
    {
        using MegatronCheckpoint checkpoint = MegatronCheckpoint.Open(checkpointPath);
        return Build(checkpoint, config, options ?? new());
    }

    /// <summary>The same, without building anything: the whole tensors, read when they are asked for.</summary>
    /// <param name="checkpointPath">Where the weights are; its config does not count.</param>
    /// <param name="config">The config, laid out on one rank. It is completed.</param>
    /// <param name="options">The expected kind; null for any.</param>
    /// <exception cref="BadFileException">There is no such checkpoint, or it breaks a rule of its format.</exception>
    /// <exception cref="InvalidConfigException">The config contradicts itself, or is of another kind of model.</exception>
    /// <exception cref="MappingException">The weights do not fit the config; all misfits are told.</exception>
    public static MegatronStateDict BuildAndLoadStateDict(
        string checkpointPath,
        ModelProvider config,
        LoadModelOptions? options = null
    ) => Opened(checkpointPath, checkpoint => StateDict(checkpoint, config, options ?? new()));

    /// <summary>
    /// Loads what this rank has of the model in a checkpoint, a part for each virtual stage: the model on one rank, unless the options say
    /// otherwise, and in any case whatever layout it was saved in.
    /// </summary>
    /// <param name="checkpointPath">The folder of an iteration, or the root of a run, of which the newest is taken.</param>
    /// <param name="options">The expected kind, the ranks and the layout; null for a single rank.</param>
    /// <exception cref="BadFileException">There is no such checkpoint, or it breaks a rule of its format.</exception>
    /// <exception cref="InvalidConfigException">The config contradicts itself, or is of another kind of model.</exception>
    /// <exception cref="LayoutException">The model does not divide over the ranks.</exception>
    /// <exception cref="MappingException">The weights do not fit the config; all misfits are told.</exception>
    public static IReadOnlyList<MegatronModel> LoadMegatronModel(
        string checkpointPath,
        LoadModelOptions? options = null
    )
    {
        options ??= new();
        using MegatronCheckpoint checkpoint = MegatronCheckpoint.Open(checkpointPath);
        return Build(checkpoint, OnOneRank(ConfigOf(checkpoint), options), options);
    }

    /// <summary>The whole tensors of the model in a checkpoint, read when they are asked for. (Upstream's <c>return_state_dict</c>.)</summary>
    /// <param name="checkpointPath">The folder of an iteration, or the root of a run, of which the newest is taken.</param>
    /// <param name="options">The expected kind; null for any. Ranks and layout do not count: every rank gets the whole.</param>
    /// <exception cref="BadFileException">There is no such checkpoint, or it breaks a rule of its format.</exception>
    /// <exception cref="InvalidConfigException">The config contradicts itself, or is of another kind of model.</exception>
    /// <exception cref="MappingException">The weights do not fit the config; all misfits are told.</exception>
    public static MegatronStateDict LoadStateDict(string checkpointPath, LoadModelOptions? options = null)
    {
        options = (options ?? new()) with { ModelParallel = null };
        return Opened(
            checkpointPath,
            checkpoint => StateDict(checkpoint, OnOneRank(ConfigOf(checkpoint), options), options)
        );
    }

    private static MegatronStateDict Opened(string path, Func<MegatronCheckpoint, MegatronStateDict> read)
    {
        MegatronCheckpoint checkpoint = MegatronCheckpoint.Open(path);
        try
        {
            return read(checkpoint);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    private static ModelProvider ConfigOf(MegatronCheckpoint checkpoint) =>
        checkpoint.RecordedProvider()
        ?? throw new BadFileException(
            checkpoint.Location.Folder,
            $"the checkpoint has neither {RunConfig.FileName} nor the arguments of Megatron-LM, so nothing says what model it is."
        );

    private static IReadOnlyList<MegatronModel> Build(
        MegatronCheckpoint checkpoint,
        ModelProvider config,
        LoadModelOptions options
    )
    {
        RankWorld world = LoadModelOptions.WorldOf(options);
        using MegatronCpuInitContext? onCpu = options.UseCpuInit ? new(config) : null;
        Complete(config, options);
        if (world.Rank == 0)
        {
            CheckCopies(checkpoint);
        }

        IReadOnlyList<MegatronModel> models = MegatronModel.Build(config, new(world, ParallelSizes.Of(config)));
        try
        {
            CheckpointWeights weights = CheckpointWeights.Of(checkpoint, models[0].Table, config);
            foreach (MegatronModel model in models)
            {
                model.Load(weights);
            }
        }
        catch
        {
            foreach (MegatronModel model in models)
            {
                model.Dispose();
            }

            throw;
        }

        return models;
    }

    private static MegatronStateDict StateDict(
        MegatronCheckpoint checkpoint,
        ModelProvider config,
        LoadModelOptions options
    )
    {
        Complete(config, options);
        CheckCopies(checkpoint);
        return new(checkpoint, config);
    }

    private static void CheckCopies(MegatronCheckpoint checkpoint) =>
        checkpoint.CheckCopiesAsync(TransferOptions.Default, CancellationToken.None).GetAwaiter().GetResult();

    private static void Complete(ModelProvider config, LoadModelOptions options)
    {
        if (options.ModelType is { } wanted && (wanted == MegatronModelType.Gpt) == IsHybrid(config))
        {
            throw new InvalidConfigException(
                $"The model type {wanted} is asked for, but the checkpoint's config ({config.Schema.Name}) is that of a "
                    + (
                        IsHybrid(config)
                            ? $"hybrid model with the layers {config.HybridLayerPattern}; ask for {nameof(MegatronModelType.Hybrid)}."
                            : $"GPT model without hybrid_layer_pattern; ask for {nameof(MegatronModelType.Gpt)}."
                    )
            );
        }

        config.ParamsDtype = TorchDTypeFromMcoreConfig(config);
        config.Complete();
    }

    private static bool IsHybrid(ModelProvider config) =>
        config.Has("hybrid_layer_pattern") && config.HybridLayerPattern is not null;
}
