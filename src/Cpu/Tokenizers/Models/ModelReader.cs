namespace MegatronBridge.Cpu.Tokenizers.Models;

/// <summary>Makes the model that a tokenizer.json tells of.</summary>
internal static class ModelReader
{
    public static IModel Read(JsonPart part)
    {
        JsonPart type = part["type"];
        return type.TextOrNull() switch
        {
            "BPE" => BpeReader.Read(part),
            "Unigram" => Unigram.Read(part),
            "WordPiece" => new WordPiece(part),
            "WordLevel" => new WordLevel(part),
            // Files of the first versions do not name the model.
            null when !part["merges"].IsNull => BpeReader.Read(part),
            null when part["vocab"].Element.ValueKind == System.Text.Json.JsonValueKind.Array => Unigram.Read(part),
            null when !part["continuing_subword_prefix"].IsNull => new WordPiece(part),
            null when part["vocab"].IsObject => new WordLevel(part),
            _ => throw type.Fault("a model that is known is expected (BPE, Unigram, WordPiece, WordLevel)"),
        };
    }
}
