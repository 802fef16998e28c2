using MegatronBridge.Config;
using MegatronBridge.Hub;
using MegatronBridge.Storage;
using MegatronBridge.Storage.HuggingFace;

namespace MegatronBridge.Checkpoints;

/// <summary>Finds the files of a tokenizer: where the config says, else in the checkpoint, else in the cache of the Hub.</summary>
internal sealed class TokenizerFiles(string checkpoint, TokenizerConfig config)
{
    // The files of each kind: the field that names the file, and what a checkpoint calls its copy. None for a folder of them.
    private static readonly Dictionary<string, (string Field, string Name)[]> Kinds = new(StringComparer.Ordinal)
    {
        ["HuggingFaceTokenizer"] = [],
        ["MultimodalTokenizer"] = [],
        ["SFTTokenizer"] = [],
        ["BertWordPieceLowerCase"] = [("vocab_file", "vocab.txt")],
        ["BertWordPieceCase"] = [("vocab_file", "vocab.txt")],
        ["GPT2BPETokenizer"] = [("vocab_file", "vocab.json"), ("merge_file", "merges.txt")],
        ["SentencePieceTokenizer"] = [("tokenizer_model", "tokenizer.model")],
        ["GPTSentencePieceTokenizer"] = [("tokenizer_model", "tokenizer.model")],
        ["Llama2Tokenizer"] = [("tokenizer_model", "tokenizer.model")],
        ["TikTokenizer"] = [("tokenizer_model", "tokenizer.json")],
    };

    private readonly string _kept = Path.Combine(checkpoint, "tokenizer");

    /// <summary>The files by the names that Hugging Face has for them.</summary>
    /// <exception cref="BadFileException">Some are nowhere.</exception>
    /// <exception cref="InvalidConfigException">The kind of the tokenizer is not known.</exception>
    public IReadOnlyDictionary<string, string> Find()
    {
        if (config.TokenizerType is "NullTokenizer" or "NullMultimodalTokenizer")
        {
            return new Dictionary<string, string>();
        }

        if (!Kinds.TryGetValue(config.TokenizerType, out (string Field, string Name)[]? files))
        {
            throw new InvalidConfigException(
                $"{checkpoint}: the tokenizer_type is {(config.TokenizerType.Length > 0 ? config.TokenizerType : "not told")}; known are "
                    + $"{string.Join(", ", Kinds.Keys)}, NullTokenizer and NullMultimodalTokenizer."
            );
        }

        return files.Length == 0
            ? InFolder()
            : files.ToDictionary(file => file.Name, file => FindFile(file.Field, file.Name));
    }

    /// <summary>The files of a tokenizer in a folder, by their names.</summary>
    public static Dictionary<string, string> In(string folder) =>
        Directory
            .EnumerateFiles(folder)
            .Where(path => SideFiles.IsTokenizer(Path.GetFileName(path)))
            .Order(StringComparer.Ordinal)
            .ToDictionary(path => Path.GetFileName(path), StringComparer.Ordinal);

    /// <summary>The model of the Hub that the config names, or null.</summary>
    public static HubReference? OnHub(TokenizerConfig config)
    {
        HubReference? reference = config.TokenizerModel is { } model ? HubReference.TryParse(model) : null;
        return
            reference is not null
            && (config["hf_tokenizer_kwargs"] as ConfigValue.Map)?.Find("revision") is ConfigValue.Text revision
            ? new(reference.Repository, revision.Value)
            : reference;
    }

    private Dictionary<string, string> InFolder()
    {
        string?[] folders = [config.TokenizerModel, _kept, Cached()];
        return Array
                .ConvertAll(folders, folder => Directory.Exists(folder) ? In(folder) : [])
                .FirstOrDefault(files => files.Count > 0)
            ?? throw Missing($"the tokenizer {config.TokenizerModel ?? "that the config does not name"}", _kept);
    }

    private string FindFile(string field, string name)
    {
        string? told = (config[field] as ConfigValue.Text)?.Value;
        string kept = Path.Combine(_kept, name);
        return File.Exists(told) ? told
            : File.Exists(kept) ? kept
            : throw Missing($"the tokenizer's {field} {told ?? "that the config does not name"}", kept);
    }

    private string? Cached()
    {
        if (OnHub(config) is not { } reference)
        {
            return null;
        }

        using HuggingFaceHub hub = new(HubOptions.FromEnvironment());
        return hub.FindCached(reference, withWeights: false)?.Path;
    }

    private BadFileException Missing(string what, string kept) =>
        new(checkpoint, $"{what} is not there, nor is {kept}. Name where it is now by overriding the field.");
}
