namespace MegatronBridge.Cpu.Tokenizers.Normalizers;

/// <summary>Rewrites a text before it is split.</summary>
internal interface INormalizer
{
    /// <summary>The text that the next step sees.</summary>
    /// <param name="text">A text without lone surrogates.</param>
    /// <param name="atStart">Becomes false when characters are taken away from the beginning, as Metaspace wants to know.</param>
    string Apply(string text, ref bool atStart);
}
