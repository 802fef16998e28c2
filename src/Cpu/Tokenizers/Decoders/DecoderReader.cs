using System.Text;
using MegatronBridge.Cpu.Tokenizers.Normalizers;
using MegatronBridge.Cpu.Tokenizers.Regex;

namespace MegatronBridge.Cpu.Tokenizers.Decoders;

/// <summary>Makes the decoder that a tokenizer.json tells of.</summary>
internal static class DecoderReader
{
    public static IDecoder Read(JsonPart part)
    {
        JsonPart type = part["type"];
        return type.Text() switch
        {
            "Sequence" => new SequenceDecoder([.. part["decoders"].Items().Select(Read)]),
            "ByteLevel" => new ByteLevelDecoder(),
            "ByteFallback" => new ByteFallbackDecoder(),
            "Fuse" => new FuseDecoder(),
            "Replace" => ReadReplace(part),
            "Strip" => new StripDecoder(part["content"].Character(), part["start"].Whole(), part["stop"].Whole()),
            "Metaspace" => ReadMetaspace(part),
            "WordPiece" => new WordPieceDecoder(part["prefix"].Text(), part["cleanup"].Flag()),
            "BPEDecoder" => ReadBpe(part),
            "CTC" => new CtcDecoder(
                part["pad_token"].Text(),
                part["word_delimiter_token"].Text(),
                part["cleanup"].Flag()
            ),
            _ => throw type.Fault(
                "a decoder that is known is expected (Sequence, ByteLevel, ByteFallback, Fuse, Replace, Strip, Metaspace, WordPiece, "
                    + "BPEDecoder, CTC)"
            ),
        };
    }

    private static TokenDecoder ReadReplace(JsonPart part)
    {
        var replace = new ReplaceNormalizer(Pattern.Read(part["pattern"]), part["content"].Text());
        return new TokenDecoder(
            (token, _, _) =>
            {
                bool atStart = true;
                return replace.Apply(token, ref atStart);
            }
        );
    }

    private static TokenDecoder ReadMetaspace(JsonPart part)
    {
        string mark = new Rune(part["replacement"].Character()).ToString();
        bool isPrepended = part["prepend_scheme"].TextOrNull() != "never" && part["add_prefix_space"].Flag(true);
        return new TokenDecoder(
            (token, place, _) => token.Replace(mark, place == 0 && isPrepended ? "" : " ", StringComparison.Ordinal)
        );
    }

    private static TokenDecoder ReadBpe(JsonPart part)
    {
        string suffix = part["suffix"].Text();
        return suffix.Length > 0
            ? new TokenDecoder(
                (token, place, count) => token.Replace(suffix, place == count - 1 ? "" : " ", StringComparison.Ordinal)
            )
            : throw part["suffix"].Fault("a text with characters is expected");
    }
}
