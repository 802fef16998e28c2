using MegatronBridge.Cpu.Tokenizers.Regex;
using MegatronBridge.Cpu.Tokenizers.Unicode;

namespace MegatronBridge.Cpu.Tokenizers.Normalizers;

/// <summary>Makes the normalizer that a tokenizer.json tells of.</summary>
internal static class NormalizerReader
{
    public static INormalizer Read(JsonPart part)
    {
        JsonPart type = part["type"];
        UnicodeData data = UnicodeData.Instance;
        return type.Text() switch
        {
            "Sequence" => new SequenceNormalizer([.. part["normalizers"].Items().Select(Read)]),
            "NFC" => new FormNormalizer(compatible: false, composed: true),
            "NFD" => new FormNormalizer(compatible: false, composed: false),
            "NFKC" => new FormNormalizer(compatible: true, composed: true),
            "NFKD" => new FormNormalizer(compatible: true, composed: false),
            "Lowercase" => new CharacterNormalizer(Lowercase),
            "StripAccents" => new CharacterNormalizer(
                (code, output) => Unless(data.CombiningMark.Contains(code), code, output)
            ),
            "Nmt" => new CharacterNormalizer(Nmt),
            "Strip" => new StripNormalizer(part["strip_left"].Flag(true), part["strip_right"].Flag(true)),
            "Prepend" => new PrependNormalizer(part["prepend"].Text()),
            "Replace" => new ReplaceNormalizer(Pattern.Read(part["pattern"]), part["content"].Text()),
            "ByteLevel" => new ByteLevelNormalizer(),
            "BertNormalizer" => ReadBert(part),
            "Precompiled" => PrecompiledNormalizer.Read(part["precompiled_charsmap"]),
            _ => throw type.Fault(
                "a normalizer that is known is expected (Sequence, NFC, NFD, NFKC, NFKD, Lowercase, Strip, StripAccents, Prepend, Replace, "
                    + "ByteLevel, BertNormalizer, Nmt, Precompiled)"
            ),
        };
    }

    private static SequenceNormalizer ReadBert(JsonPart part)
    {
        UnicodeData data = UnicodeData.Instance;
        bool lowercase = part["lowercase"].Flag();
        var steps = new List<INormalizer>();
        if (part["clean_text"].Flag())
        {
            steps.Add(
                new CharacterNormalizer(
                    (code, output) =>
                        Unless(data.BertControl.Contains(code), data.Space.Contains(code) ? ' ' : code, output)
                )
            );
        }
        if (part["handle_chinese_chars"].Flag())
        {
            steps.Add(new CharacterNormalizer(AroundHan));
        }
        if (part["strip_accents"].Flag(lowercase))
        {
            steps.Add(new FormNormalizer(compatible: false, composed: false));
            steps.Add(
                new CharacterNormalizer((code, output) => Unless(data.NonspacingMark.Contains(code), code, output))
            );
        }
        if (lowercase)
        {
            steps.Add(new CharacterNormalizer(Lowercase));
        }
        return new SequenceNormalizer([.. steps]);
    }

    private static void Unless(bool dropped, int code, Action<int> output)
    {
        if (!dropped)
        {
            output(code);
        }
    }

    private static void Lowercase(int code, Action<int> output)
    {
        if (!UnicodeData.Instance.ToLower.TryGetValue(code, out int[]? lower))
        {
            output(code);
            return;
        }
        foreach (int part in lower)
        {
            output(part);
        }
    }

    private static void AroundHan(int code, Action<int> output)
    {
        bool isHan =
            code
            is (>= 0x4E00 and <= 0x9FFF)
                or (>= 0x3400 and <= 0x4DBF)
                or (>= 0x20000 and <= 0x2A6DF)
                or (>= 0x2A700 and <= 0x2B81F)
                or (>= 0x2B920 and <= 0x2CEAF)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0x2F800 and <= 0x2FA1F);
        if (isHan)
        {
            output(' ');
        }
        output(code);
        if (isHan)
        {
            output(' ');
        }
    }

    private static void Nmt(int code, Action<int> output)
    {
        bool dropped = code is (>= 1 and <= 8) or 0x0B or (>= 0x0E and <= 0x1F) or 0x7F or 0x8F or 0x9F;
        bool isSpace =
            code
            is 9
                or 0x0A
                or 0x0C
                or 0x0D
                or 0x1680
                or (>= 0x200B and <= 0x200F)
                or 0x2028
                or 0x2029
                or 0x2581
                or 0xFEFF
                or 0xFFFD;
        Unless(dropped, isSpace ? ' ' : code, output);
    }
}
