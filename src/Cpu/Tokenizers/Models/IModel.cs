namespace MegatronBridge.Cpu.Tokenizers.Models;

/// <summary>Turns a piece of text into token ids.</summary>
internal interface IModel
{
    Vocabulary Vocabulary { get; }

    /// <summary>Adds the ids of a piece that is not empty.</summary>
    void Tokenize(ReadOnlySpan<char> piece, List<int> ids);
}
