using System.Text.Json;
using MegatronBridge.Cpu.Tokenizers;

namespace MegatronBridge.Tests.Cpu.Tokenizers;

/// <summary>A text and what the real library makes of it: ids with and without special tokens, and these decoded.</summary>
internal sealed record RecordedText(string Text, int[] Ids, int[] Plain, string Decoded, string All)
{
    public static RecordedText Parse(string line)
    {
        JsonElement entry = JsonElement.Parse(line);
        int[] ids = Numbers(entry.GetProperty("ids"));
        JsonElement plain = entry.GetProperty("plain");
        return new RecordedText(
            entry.GetProperty("text").GetString()!,
            ids,
            plain.ValueKind == JsonValueKind.Null ? ids : Numbers(plain),
            entry.GetProperty("decoded").GetString()!,
            entry.GetProperty("all").GetString()!
        );
    }

    public void Check(Tokenizer tokenizer)
    {
        Assert.Equal(Ids, tokenizer.Encode(Text));
        Assert.Equal(Plain, tokenizer.Encode(Text, addSpecialTokens: false));
        Assert.Equal(Decoded, tokenizer.Decode(Ids));
        Assert.Equal(All, tokenizer.Decode(Ids, skipSpecialTokens: false));
    }

    private static int[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(id => id.GetInt32())];
}
