using MegatronBridge.Cpu.Tokenizers;

namespace MegatronBridge.Cpu.Generation;

/// <summary>Turns tokens into text while they come.</summary>
internal static class TextStream
{
    /// <summary>Text as soon as it is certain, without special tokens, up to a stop string.</summary>
    public static IEnumerable<string> Of(
        IEnumerable<int> tokens,
        IReadOnlyList<int> prompt,
        Tokenizer tokenizer,
        IReadOnlyList<string> stopStrings
    )
    {
        StopText stops = new(stopStrings);
        StreamingDecoder decoder = tokenizer.DecodeStream();
        foreach (int token in prompt)
        {
            decoder.Add(token); // what a token means can depend on those before it
        }

        foreach (int token in tokens)
        {
            string text = stops.Add(decoder.Add(token));
            if (text.Length > 0)
            {
                yield return text;
            }

            if (stops.IsFound)
            {
                yield break;
            }
        }

        string rest = stops.Add(decoder.Finish()) + stops.Finish();
        if (rest.Length > 0)
        {
            yield return rest;
        }
    }
}
