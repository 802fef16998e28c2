using System.Text;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Storage;

namespace MegatronBridge.Checkpoints;

// The tokenizer of a checkpoint.
public static partial class ModelLoadSave
{
    /// <summary>
    /// Finds the tokenizer of a checkpoint: where its config says, else the copy in the checkpoint, else in the cache of the Hub. Nothing is
    /// downloaded, and no code of a tokenizer is run.
    /// </summary>
    /// <param name="checkpointPath">The folder of an iteration, or the root of a run, of which the newest is taken.</param>
    /// <param name="overrides">Fields to set in the config, by upstream's names, such as <c>tokenizer_model</c> for files that have moved.</param>
    /// <exception cref="BadFileException">There is no such checkpoint, it names no tokenizer, or the files are nowhere.</exception>
    /// <exception cref="InvalidConfigException">
    /// The kind of the tokenizer is not known, an override is of no field, or the tokenizer wants code of its own to be trusted and the caller
    /// does not set <c>trust_remote_code</c>.
    /// </exception>
    public static MegatronTokenizer LoadTokenizer(
        string checkpointPath,
        IReadOnlyDictionary<string, ConfigValue>? overrides = null
    )
    {
        using MegatronCheckpoint checkpoint = MegatronCheckpoint.Open(checkpointPath);
        string folder = checkpoint.Location.Folder;
        TokenizerConfig saved =
            (
                checkpoint.RunConfig is { } runConfig ? TokenizerConfig.Of(runConfig)
                : checkpoint.Arguments is { } args ? TokenizerConfig.Of(args)
                : null
            ) ?? throw new BadFileException(folder, "the checkpoint names no tokenizer.");
        TokenizerConfig config = overrides is null ? saved : saved.With(overrides);
        if (config.TrustRemoteCode && !Trusts(overrides))
        {
            throw new InvalidConfigException(
                $"{folder}: the tokenizer has code of its own and asks to be trusted (trust_remote_code). The code is not run here; set "
                    + "trust_remote_code to load the rest of the tokenizer."
            );
        }

        return new()
        {
            Config = config,
            Files = new TokenizerFiles(folder, config).Find(),
            ChatTemplate = ChatTemplate(config),
        };
    }

    private static bool Trusts(IReadOnlyDictionary<string, ConfigValue>? overrides) =>
        overrides is not null
        && (
            overrides.GetValueOrDefault("trust_remote_code") == true
            || (overrides.GetValueOrDefault("hf_tokenizer_kwargs") as ConfigValue.Map)?.Find("trust_remote_code")
                == true
        );

    private static string? ChatTemplate(TokenizerConfig config) =>
        (config["chat_template"], config["chat_template_path"]) switch
        {
            (ConfigValue.Text, ConfigValue.Text) => throw new InvalidConfigException(
                "Set only one of chat_template and chat_template_path."
            ),
            (ConfigValue.Text template, _) => template.Value,
            (_, ConfigValue.Text path) => Encoding.UTF8.GetString(ConfigFile.Read(path.Value)),
            _ => null,
        };
}
