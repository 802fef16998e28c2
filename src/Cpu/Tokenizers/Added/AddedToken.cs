namespace MegatronBridge.Cpu.Tokenizers.Added;

/// <summary>A token that is looked for in the text itself, before the model sees it.</summary>
internal sealed record AddedToken
{
    public required string Content { get; init; }

    /// <summary>Only where no word character stands beside it.</summary>
    public bool SingleWord { get; init; }

    /// <summary>Takes the white space before it.</summary>
    public bool LeftStrip { get; init; }

    /// <summary>Takes the white space after it.</summary>
    public bool RightStrip { get; init; }

    /// <summary>Looked for in the normalized text, itself normalized.</summary>
    public bool Normalized { get; init; }

    /// <summary>Left out when decoding is asked to.</summary>
    public bool Special { get; init; }

    public static AddedToken Read(JsonPart part) =>
        new()
        {
            Content = part["content"].Text(),
            SingleWord = part["single_word"].Flag(),
            LeftStrip = part["lstrip"].Flag(),
            RightStrip = part["rstrip"].Flag(),
            Normalized = part["normalized"].Flag(),
            Special = part["special"].Flag(),
        };
}
