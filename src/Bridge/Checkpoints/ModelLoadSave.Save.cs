using MegatronBridge.Config;
using MegatronBridge.Hub;
using MegatronBridge.Ranks;
using MegatronBridge.Storage;

namespace MegatronBridge.Checkpoints;

// Saving.
public static partial class ModelLoadSave
{
    /// <summary>
    /// Saves a model without optimizer or random state as <c>iter_0000000</c> of <paramref name="path"/>, with its run_config.yaml and the
    /// tokenizer. All ranks save together. Until the last moment nothing is at the path; when a rank fails, nothing remains.
    /// </summary>
    /// <param name="models">This rank's parts of the model.</param>
    /// <param name="path">The folder to make, which all ranks see.</param>
    /// <param name="options">The tokenizer, and how to write; null for no tokenizer.</param>
    /// <exception cref="Layout.LayoutException">The format has no place for the layout.</exception>
    /// <exception cref="BadFileException">The path may not be written, the disk is full, or there is no such tokenizer.</exception>
    /// <exception cref="HubException">The Hub does not have the tokenizer, or cannot be reached.</exception>
    /// <exception cref="CollectiveException">Another rank failed.</exception>
    public static void SaveMegatronModel(
        IReadOnlyList<MegatronModel> models,
        string path,
        SaveModelOptions? options = null
    )
    {
        options ??= new();
        RunConfig runConfig = RunConfig.ForConversion(models[0].Provider, path, tokenizerModel: null, options.Format);
        IReadOnlyCollection<string> tokenizer = [];
        if (options.HfTokenizerPath is { } model)
        {
            TokenizerConfig config = TokenizerConfig.ForHuggingFace(model, options.HfTokenizerKwargs);
            runConfig = runConfig.With("tokenizer", config.Fields);
            tokenizer = models[0].Parallel.Rank == 0 ? TokenizerOf(config, options) : [];
        }

        ModelCheckpoint.Save(models, runConfig, path, options.Format, tokenizer, options.Overwrite, options.Transfer);
        if (options.LowMemorySave)
        {
            foreach (MegatronModel part in models)
            {
                part.Dispose();
            }
        }
    }

    private static Dictionary<string, string>.ValueCollection TokenizerOf(
        TokenizerConfig config,
        SaveModelOptions options
    )
    {
        string model = config.TokenizerModel!;
        string folder = Directory.Exists(model) ? model : Download(config, options);
        Dictionary<string, string> files = TokenizerFiles.In(folder);
        return files.Count > 0
            ? files.Values
            : throw new BadFileException(folder, "there is no file of a tokenizer in it.");
    }

    private static string Download(TokenizerConfig config, SaveModelOptions options)
    {
        HubReference reference =
            TokenizerFiles.OnHub(config)
            ?? throw new BadFileException(
                config.TokenizerModel!,
                "there is no such folder, and a model of the Hub is named ORG/NAME."
            );
        using HuggingFaceHub hub = new(options.Hub ?? HubOptions.FromEnvironment());
        return hub.DownloadAsync(reference, withWeights: false).GetAwaiter().GetResult().Path;
    }
}
