namespace MegatronBridge.Cpu.Tokenizers.Models;

/// <summary>Every piece is a token, or unknown.</summary>
internal sealed class WordLevel(JsonPart part) : IModel
{
    private readonly JsonPart _unknown = part["unk_token"].Detached();

    public Vocabulary Vocabulary { get; } = Vocabulary.Read(part["vocab"]);

    public void Tokenize(ReadOnlySpan<char> piece, List<int> ids) =>
        ids.Add(
            Vocabulary.TryGetId(piece, out int id)
                ? id
                : Vocabulary.IdOf(_unknown.TextOrNull() ?? "<unk>")
                    ?? throw _unknown.Fault(
                        "a token of the vocabulary is expected, as the text has a word that is unknown"
                    )
        );
}
