using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Hub;
using MegatronBridge.Layout;
using MegatronBridge.Storage.Files;

namespace MegatronBridge;

// Whole checkpoints, file to file: no model is held in memory, and no ranks are needed for any layout.
public sealed partial class AutoBridge
{
    /// <summary>Converts a Hugging Face model to a Megatron checkpoint. (Upstream: import_ckpt.)</summary>
    /// <param name="hfModelId">A folder, <c>org/name</c> or <c>org/name@revision</c>.</param>
    /// <param name="megatronPath">Folder of the checkpoint that is to be made; the model goes to <c>iter_0000000</c> in it.</param>
    /// <param name="load">Element type, revision, families; null for the defaults.</param>
    /// <param name="progress">Told the bytes of weights that came from the Hub, then those that were written.</param>
    /// <param name="cancellation">Stops; nothing is left of the checkpoint.</param>
    /// <exception cref="Storage.BadFileException">A file breaks its format, or the target may not be written.</exception>
    /// <exception cref="UnsupportedModelException">The architecture is not known.</exception>
    /// <exception cref="MappingException">The weights do not fit the config.</exception>
    public static Task<ConversionReport> ImportCheckpointAsync(
        string hfModelId,
        string megatronPath,
        HfLoadOptions? load = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    ) =>
        ImportCheckpointAsync(
            new ImportOptions { HfModel = hfModelId, MegatronPath = megatronPath },
            load,
            progress,
            cancellation
        );

    /// <summary>The same with a layout, fields of the Megatron config, and the other settings of an import.</summary>
    /// <param name="options">What to import, where to, and how; its model may be one of the Hub.</param>
    /// <param name="load">Element type, revision, families; null for the defaults.</param>
    /// <param name="progress">Told the bytes of weights that came from the Hub, then those that were written.</param>
    /// <param name="cancellation">Stops; nothing is left of the checkpoint.</param>
    /// <exception cref="Storage.BadFileException">A file breaks its format, or the target may not be written.</exception>
    /// <exception cref="UnsupportedModelException">The architecture is not known.</exception>
    /// <exception cref="MappingException">The weights do not fit the config.</exception>
    /// <exception cref="LayoutException">The model does not divide over the ranks.</exception>
    public static async Task<ConversionReport> ImportCheckpointAsync(
        ImportOptions options,
        HfLoadOptions? load = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        Importer.CheckTarget(options);
        using AutoBridge bridge = await FromHfPretrainedAsync(options.HfModel, load, progress, cancellation);
        using Importer importer = Importer.Open(
            options with
            {
                HfModel = bridge._source!.Path,
                HfModelId = options.HfModelId ?? bridge.HfModelId,
                HfModelRevision = options.HfModelRevision ?? bridge._source.Revision,
                Family = options.Family ?? bridge.Family,
                TargetDType = options.TargetDType ?? bridge._options.DType,
            }
        );
        return await importer.RunAsync(progress, cancellation);
    }

    /// <summary>
    /// Converts a Megatron checkpoint to a Hugging Face model with config and tokenizer: those of this bridge's model, with what the
    /// checkpoint says otherwise. (Upstream: export_ckpt.)
    /// </summary>
    /// <param name="megatronPath">The checkpoint: its root folder, of which the newest iteration is taken, or one iteration.</param>
    /// <param name="hfPath">Folder of the model that is to be made.</param>
    /// <param name="progress">Told the bytes that were written.</param>
    /// <param name="cancellation">Stops; nothing is left of the model.</param>
    /// <exception cref="Storage.BadFileException">A file breaks its format, or the target may not be written.</exception>
    /// <exception cref="MappingException">The checkpoint is that of another model than this bridge's.</exception>
    public Task<ConversionReport> ExportCheckpointAsync(
        string megatronPath,
        string hfPath,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    ) =>
        ExportCheckpointAsync(
            new ExportOptions { MegatronPath = megatronPath, HfPath = hfPath },
            progress,
            cancellation
        );

    /// <summary>The same with the other settings of an export.</summary>
    /// <param name="options">What to export, where to, and how; what it does not say of the original is this bridge's.</param>
    /// <param name="progress">Told the bytes that were written.</param>
    /// <param name="cancellation">Stops; nothing is left of the model.</param>
    /// <exception cref="Storage.BadFileException">A file breaks its format, or the target may not be written.</exception>
    /// <exception cref="MappingException">The checkpoint is that of another model than this bridge's.</exception>
    public async Task<ConversionReport> ExportCheckpointAsync(
        ExportOptions options,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        bool isTold = options.HfModel is not null || options.HfConfig is not null;
        bool hasWeights = _source is { HasWeights: true };
        using Exporter exporter = Exporter.Open(
            options with
            {
                Family = options.Family ?? Family,
                HfModel = !isTold && hasWeights ? _source!.Path : options.HfModel,
                HfConfig = !isTold && !hasWeights ? HfConfig : options.HfConfig,
            }
        );
        return await exporter.RunAsync(progress, cancellation);
    }

    /// <summary>Pushes a folder, such as a model that was saved, to the Hub as one commit.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="repository">Where to: <c>org/name</c>; it is made when it is not there.</param>
    /// <param name="options">Message, branch, and who may read a new repository; null for the defaults.</param>
    /// <param name="progress">Told the bytes of large files that went, and of all that must go.</param>
    /// <param name="cancellation">Stops; without the commit, which comes last, nothing is to be seen on the Hub.</param>
    /// <exception cref="HubException">The token is missing or may not write, or the Hub refuses or cannot be reached.</exception>
    /// <exception cref="Storage.BadFileException">The folder, or a file in it, cannot be read.</exception>
    public async Task<PushResult> PushToHubAsync(
        string path,
        string repository,
        PushOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        using HuggingFaceHub hub = new(_options.Hub ?? HubOptions.FromEnvironment());
        return await hub.PushToHubAsync(path, RepositoryId.Parse(repository), options, progress, cancellation);
    }
}
