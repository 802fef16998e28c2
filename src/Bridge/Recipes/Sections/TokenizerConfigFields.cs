using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's TokenizerConfig.</summary>
internal static class TokenizerConfigFields
{
    public const string Target = "megatron.bridge.training.tokenizers.config.TokenizerConfig";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        IntOrNull("vocab_size"),
        IntOrNull("padded_vocab_size"),
        Bool("pad_vocab_size", true),
        TextOrNull("vocab_file"),
        TextOrNull("merge_file"),
        Int("vocab_extra_ids", 0),
        ChoiceOrNull(
            "tokenizer_type",
            null,
            "BertWordPieceLowerCase",
            "BertWordPieceCase",
            "GPT2BPETokenizer",
            "SentencePieceTokenizer",
            "GPTSentencePieceTokenizer",
            "HuggingFaceTokenizer",
            "Llama2Tokenizer",
            "TikTokenizer",
            "MultimodalTokenizer",
            "NullTokenizer",
            "NullMultimodalTokenizer",
            "SFTTokenizer"
        ),
        TextOrNull("tokenizer_model"),
        TextOrNull("metadata_path"),
        new("special_tokens", FieldKind.Texts, true, ConfigValue.Null),
        ChoiceOrNull("tiktoken_pattern", null, "v1", "v2"),
        Int("tiktoken_num_special_tokens", 1000),
        Bool("tokenizer_sentencepiece_legacy", false),
        Bool("tokenizer_sentencepiece_ignore_extra_whitespaces", true),
        Bool("tokenizer_hf_no_use_fast", false),
        Bool("tokenizer_hf_no_include_special_tokens", false),
        Bool("trust_remote_code", false),
        IntOrNull("null_tokenizer_eod_id"),
        Int("null_tokenizer_pad_id", -1),
        TextOrNull("chat_template"),
        BoolOrNull("use_gigatoken", false),
        Int("make_vocab_size_divisible_by", 1),
        Int("tensor_model_parallel_size", 1),
        Int("rank", 0),
        Bool("use_tokenizer_vocab_size", false),
        Any("hf_tokenizer_kwargs", ConfigValue.MapOf()),
        Any("sp_tokenizer_kwargs", ConfigValue.MapOf()),
        TextOrNull("chat_template_path"),
        TextOrNull("tokenizer_prompt_format"),
        TextOrNull("image_tag_type"),
        BoolOrNull("force_system_message", false),
    ];
}
