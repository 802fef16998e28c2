using MegatronBridge.Checkpoints;
using MegatronBridge.Layout;
using MegatronBridge.Ranks;

namespace MegatronBridge;

// Models in memory as Megatron checkpoints. All ranks of a model call these together.
public sealed partial class AutoBridge
{
    /// <summary>
    /// Saves a model without optimizer as <c>iter_0000000</c> of a Megatron checkpoint. Until the last moment nothing is at the path; when a
    /// rank fails, nothing remains.
    /// </summary>
    /// <param name="models">This rank's parts of the model, one for each virtual stage.</param>
    /// <param name="path">The folder to make, which all ranks see.</param>
    /// <param name="options">The tokenizer, and how to write; null for no tokenizer.</param>
    /// <exception cref="Storage.BadFileException">The path may not be written, the disk is full, or there is no such tokenizer.</exception>
    /// <exception cref="MappingException">The model is of another kind than this bridge's.</exception>
    /// <exception cref="CollectiveException">Another rank failed.</exception>
    public void SaveMegatronModel(IReadOnlyList<MegatronModel> models, string path, SaveModelOptions? options = null)
    {
        RequireModels(models);
        options ??= new();
        ModelLoadSave.SaveMegatronModel(models, path, options with { Hub = options.Hub ?? _options.Hub });
    }

    /// <summary>
    /// Loads what this rank has of the model in a Megatron checkpoint, a part for each virtual stage, whatever layout it was saved in.
    /// </summary>
    /// <param name="path">The checkpoint: its root folder, of which the newest iteration is taken, or one iteration.</param>
    /// <param name="mpOverrides">The layout; one rank for what it does not say.</param>
    /// <param name="world">The ranks to load on, seen by this one; null for a single rank.</param>
    /// <exception cref="Storage.BadFileException">There is no such checkpoint, or it breaks a rule of its format.</exception>
    /// <exception cref="LayoutException">The model does not divide over the ranks.</exception>
    /// <exception cref="MappingException">The weights do not fit the config, or the model is of another kind than this bridge's.</exception>
    public IReadOnlyList<MegatronModel> LoadMegatronModel(
        string path,
        ModelParallelOverrides? mpOverrides = null,
        RankWorld? world = null
    )
    {
        IReadOnlyList<MegatronModel> models = ModelLoadSave.LoadMegatronModel(
            path,
            new() { ModelParallel = mpOverrides, World = world }
        );
        try
        {
            RequireFamily(models);
            return models;
        }
        catch
        {
            foreach (MegatronModel model in models)
            {
                model.Dispose();
            }

            throw;
        }
    }
}
