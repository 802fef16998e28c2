using MegatronBridge.Storage;

namespace MegatronBridge.Cpu.Tokenizers.Models;

/// <summary>What a tokenizer.json says of a byte-pair model beside its vocabulary and merges.</summary>
internal sealed class BpeOptions(JsonPart part)
{
    private readonly string _prefix = part["continuing_subword_prefix"].TextOrNull() ?? "";
    private readonly string _suffix = part["end_of_word_suffix"].TextOrNull() ?? "";
    private readonly string _file = part.File;

    /// <summary>Before every character of a word but the first.</summary>
    public string Prefix => _prefix;
    public string? UnknownToken { get; } = part["unk_token"].TextOrNull();

    /// <summary>Unknown characters beside each other are one unknown token.</summary>
    public bool FuseUnknown { get; } = part["fuse_unk"].Flag();
    public bool ByteFallback { get; } = part["byte_fallback"].Flag();

    /// <summary>A piece that is a token is that token, whatever the merges make of it.</summary>
    public bool IgnoreMerges { get; } = part["ignore_merges"].Flag();

    /// <summary>Characters are looked up as they are.</summary>
    public bool IsPlain => _prefix.Length == 0 && _suffix.Length == 0;

    /// <summary>A character of a word as the vocabulary spells it.</summary>
    public ReadOnlySpan<char> Spell(ReadOnlySpan<char> word, int at, int width)
    {
        ReadOnlySpan<char> own = word.Slice(at, width);
        return IsPlain ? own : $"{(at > 0 ? _prefix : "")}{own}{(at + width == word.Length ? _suffix : "")}";
    }

    public int UnknownId(Vocabulary vocabulary) =>
        vocabulary.IdOf(UnknownToken)
        ?? throw new BadFileException(
            _file,
            $"model.unk_token: the text has a character that the vocabulary lacks, and the unknown token '{UnknownToken}' is not in it either."
        );
}
