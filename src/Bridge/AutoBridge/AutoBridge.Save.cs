using MegatronBridge.Ranks;
using Microsoft.Extensions.Logging;

namespace MegatronBridge;

// Models in memory as folders. All ranks of a model call these together.
public sealed partial class AutoBridge
{
    /// <summary>
    /// Saves a model as transformers does: weights, config, tokenizer and what else the original has. Until the last moment nothing is at the
    /// path; when a rank fails, nothing remains.
    /// </summary>
    /// <param name="models">This rank's parts of the model, one for each virtual stage.</param>
    /// <param name="path">The folder to make, which all ranks see.</param>
    /// <param name="options">Element type, who writes what; null for the defaults.</param>
    /// <param name="cancellation">Stops; nothing is left of the folder.</param>
    /// <exception cref="Storage.BadFileException">The path may not be written, or the disk is full.</exception>
    /// <exception cref="MappingException">The model is another one than this bridge's.</exception>
    /// <exception cref="CollectiveException">Another rank failed, or saves something else.</exception>
    public void SaveHfPretrained(
        IReadOnlyList<MegatronModel> models,
        string path,
        SaveHfOptions? options = null,
        CancellationToken cancellation = default
    ) => Save(models, path, isWhole: true, options ?? new(), cancellation);

    /// <summary>Saves the weights alone, in files of the names and contents that the original's have; otherwise as <see cref="SaveHfPretrained"/>.</summary>
    /// <param name="models">This rank's parts of the model, one for each virtual stage.</param>
    /// <param name="path">The folder to make, which all ranks see.</param>
    /// <param name="options">Element type, who writes what; null for the defaults.</param>
    /// <param name="cancellation">Stops; nothing is left of the folder.</param>
    /// <exception cref="Storage.BadFileException">The path may not be written, or the disk is full.</exception>
    /// <exception cref="MappingException">The model is another one than this bridge's.</exception>
    /// <exception cref="CollectiveException">Another rank failed, or saves something else.</exception>
    public void SaveHfWeights(
        IReadOnlyList<MegatronModel> models,
        string path,
        SaveHfOptions? options = null,
        CancellationToken cancellation = default
    ) => Save(models, path, isWhole: false, options ?? new(), cancellation);

    private void Save(
        IReadOnlyList<MegatronModel> models,
        string path,
        bool isWhole,
        SaveHfOptions options,
        CancellationToken cancellation
    )
    {
        RequireModels(models);
        HfWeightStream stream = new(models, Family, HfConfig, _source, options.WeightDType, options.Strict);
        ProcessGroup world = models[0].Parallel.World;
        string digest = Digest(stream.Plan.Names.Select(name => $"{name} {stream.Plan.Tensors[name]}"));
        RankAgreement.Require(
            world,
            $"save {stream.Plan.Names.Count} tensors to {path} (digest {digest}, {(isWhole ? "with" : "without")} config)"
        );
        HfArtifacts? artifacts = isWhole
            ? HfArtifacts.Of(stream.Config, HfConfig, stream.OriginalFolder, stream.Original, options.SourcePath)
            : null;
        new HfModelWriter(stream, world, options, artifacts).Write(path, cancellation);
        if (world.Rank == 0)
        {
            LogSaved(stream.Plan.Names.Count, path);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Saved {Count} tensors to {Path}.")]
    private partial void LogSaved(int count, string path);
}
