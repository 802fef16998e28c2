using MegatronBridge.Config;

namespace MegatronBridge.Checkpoints;

/// <summary>What a checkpoint says of its tokenizer: every field of upstream's class, under upstream's name.</summary>
public sealed class TokenizerConfig
{
    private TokenizerConfig(ConfigValue.Map fields) => Fields = fields;

    /// <summary>All fields; those that upstream does not have are kept.</summary>
    public ConfigValue.Map Fields { get; }

    /// <summary>The kind: <c>HuggingFaceTokenizer</c>, <c>SentencePieceTokenizer</c>, <c>GPT2BPETokenizer</c>, ...; empty when none is told.</summary>
    public string TokenizerType => Text("tokenizer_type") ?? "";

    /// <summary>The folder, file or model of the Hub that the tokenizer is in, or null.</summary>
    public string? TokenizerModel => Text("tokenizer_model");

    /// <summary>The file with the vocabulary, of tokenizers that have one of their own, or null.</summary>
    public string? VocabFile => Text("vocab_file");

    /// <summary>The file with the merges, of tokenizers that have one of their own, or null.</summary>
    public string? MergeFile => Text("merge_file");

    /// <summary>True when the tokenizer comes with code of its own, which is never run here.</summary>
    public bool TrustRemoteCode => this["trust_remote_code"] == true;

    /// <summary>A field by upstream's name; the null value for one that is not there.</summary>
    public ConfigValue this[string field] => Fields.Find(field) ?? ConfigValue.Null;

    /// <summary>The config of a tokenizer that transformers reads.</summary>
    /// <param name="model">A folder, or a model of the Hub.</param>
    /// <param name="kwargs">What transformers is given beside it, or null.</param>
    public static TokenizerConfig ForHuggingFace(string model, IReadOnlyDictionary<string, ConfigValue>? kwargs = null)
    {
        ConfigValue.Map fields = RunConfigDefaults.Tokenizer.With("tokenizer_model", model);
        return Completed(
            kwargs is null
                ? fields
                : fields.With(
                    "hf_tokenizer_kwargs",
                    ConfigValue.MapOf(kwargs.Select(entry => (entry.Key, entry.Value)))
                )
        );
    }

    /// <summary>The section of a run_config.yaml, or null when that names no tokenizer.</summary>
    public static TokenizerConfig? Of(RunConfig runConfig) =>
        runConfig.Section("tokenizer") is not { } section
            ? null
            : Completed(
                section.Entries.Aggregate(
                    RunConfigDefaults.Tokenizer,
                    (fields, entry) => fields.With(entry.Key.ToString(), PathOf(entry.Value))
                )
            );

    /// <summary>What the arguments of Megatron-LM say of the tokenizer.</summary>
    public static TokenizerConfig Of(MegatronArgs args)
    {
        ConfigValue.Map fields = RunConfigDefaults.Tokenizer.With("tokenizer_type", ConfigValue.Null);
        foreach ((ConfigValue name, _) in RunConfigDefaults.Tokenizer.Entries)
        {
            if (args.Values.ContainsKey(name.ToString()))
            {
                fields = fields.With(name.ToString(), args[name.ToString()]);
            }
        }

        ConfigValue format = args["sft_tokenizer_prompt_format"];
        return Completed(
            args["tokenizer_type"] == "SFTTokenizer" && !format.IsNull
                ? fields.With("tokenizer_prompt_format", format)
                : fields
        );
    }

    /// <summary>The same config with other values for some fields.</summary>
    /// <exception cref="InvalidConfigException">There is no such field.</exception>
    public TokenizerConfig With(IReadOnlyDictionary<string, ConfigValue> values)
    {
        string[] unknown = [.. values.Keys.Where(field => Fields.Find(field) is null)];
        return unknown.Length == 0
            ? new(values.Aggregate(Fields, (fields, entry) => fields.With(entry.Key, entry.Value)))
            : throw new InvalidConfigException(
                $"A tokenizer's config has no {string.Join(", ", unknown)}. Did you mean "
                    + $"{Spelling.Nearest(unknown[0], Fields.Entries.Select(entry => entry.Key.ToString()))}?"
            );
    }

    // What upstream's class does with its fields: these follow from others, whatever was saved of them.
    private static TokenizerConfig Completed(ConfigValue.Map fields)
    {
        return new(
            fields
                .With("pad_vocab_size", false)
                .With("tokenizer_hf_no_use_fast", !Keyword("hf_tokenizer_kwargs", "use_fast", true))
                .With(
                    "tokenizer_hf_no_include_special_tokens",
                    !Keyword("hf_tokenizer_kwargs", "include_special_tokens", true)
                )
                .With("trust_remote_code", Keyword("hf_tokenizer_kwargs", "trust_remote_code", false))
                .With("tokenizer_sentencepiece_legacy", Keyword("sp_tokenizer_kwargs", "legacy", false))
        );

        bool Keyword(string map, string name, bool otherwise) =>
            (fields.Find(map) as ConfigValue.Map)?.Find(name) is { } value ? value == true : otherwise;
    }

    // Paths may have been saved as objects of pathlib: their parts are the arguments.
    private static ConfigValue PathOf(ConfigValue value) =>
        value is ConfigValue.Map map && Targets.Of(map)?.StartsWith("pathlib.", StringComparison.Ordinal) == true
            ? string.Join('/', ((map.Find("_args_") as ConfigValue.List)?.Items ?? []).Select(part => part.ToString()))
            : value;

    private string? Text(string field) => this[field] is ConfigValue.Text { Value: { Length: > 0 } text } ? text : null;
}
