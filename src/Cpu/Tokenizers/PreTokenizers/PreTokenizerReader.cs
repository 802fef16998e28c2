using MegatronBridge.Cpu.Tokenizers.Regex;
using MegatronBridge.Cpu.Tokenizers.Unicode;

namespace MegatronBridge.Cpu.Tokenizers.PreTokenizers;

/// <summary>Makes the pre-tokenizer that a tokenizer.json tells of.</summary>
internal static class PreTokenizerReader
{
    public static IPreTokenizer Read(JsonPart part)
    {
        JsonPart type = part["type"];
        return type.Text() switch
        {
            "Sequence" => new SequencePreTokenizer([.. part["pretokenizers"].Items().Select(Read)]),
            "ByteLevel" => new ByteLevelPreTokenizer(part),
            "Split" => ReadSplit(part),
            "Metaspace" => ReadMetaspace(part),
            "Digits" => new CharacterSplit(
                UnicodeData.Instance.Numeric,
                part["individual_digits"].Flag() ? SplitBehavior.Isolated : SplitBehavior.Contiguous
            ),
            "Punctuation" => new CharacterSplit(
                UnicodeData.Instance.Punctuation,
                part["behavior"].IsNull ? SplitBehavior.Isolated : Splitting.Read(part["behavior"])
            ),
            "WhitespaceSplit" => new CharacterSplit(UnicodeData.Instance.Space, SplitBehavior.Removed),
            "CharDelimiterSplit" => new CharacterSplit(
                CodeSet.Of(part["delimiter"].Character()),
                SplitBehavior.Removed
            ),
            "Delimiter" => new CharacterSplit(CodeSet.Of(part["delimiter"].Character()), SplitBehavior.Removed),
            "BertPreTokenizer" => new SequencePreTokenizer([
                new CharacterSplit(UnicodeData.Instance.Space, SplitBehavior.Removed),
                new CharacterSplit(UnicodeData.Instance.Punctuation, SplitBehavior.Isolated),
            ]),
            "Whitespace" => new WordSplit(),
            "UnicodeScripts" => new ScriptSplit(),
            "FixedLength" => new FixedLengthSplit(ReadLength(part["length"])),
            _ => throw type.Fault(
                "a pre-tokenizer that is known is expected (Sequence, ByteLevel, Split, Metaspace, Digits, Punctuation, Whitespace, "
                    + "WhitespaceSplit, CharDelimiterSplit, BertPreTokenizer, UnicodeScripts, FixedLength)"
            ),
        };
    }

    private static int ReadLength(JsonPart part)
    {
        int length = part.IsNull ? 5 : part.Whole();
        return length > 0 ? length : throw part.Fault("a length from 1 on is expected");
    }

    private static PatternSplit ReadSplit(JsonPart part) =>
        new(Pattern.Read(part["pattern"]), Splitting.Read(part["behavior"]), part["invert"].Flag());

    private static Metaspace ReadMetaspace(JsonPart part)
    {
        JsonPart scheme = part["prepend_scheme"];
        PrependScheme prepend = scheme.TextOrNull() switch
        {
            null or "always" => PrependScheme.Always,
            "first" => PrependScheme.First,
            "never" => PrependScheme.Never,
            _ => throw scheme.Fault("always, first or never is expected"),
        };
        if (!part["add_prefix_space"].Flag(true))
        {
            prepend =
                scheme.IsNull || prepend == PrependScheme.Never
                    ? PrependScheme.Never
                    : throw scheme.Fault("with add_prefix_space false, never is expected");
        }
        return new Metaspace(part["replacement"].Character(), prepend, part["split"].Flag(true));
    }
}
