using System.Text.Json;
using MegatronBridge.Cpu.Tokenizers;

namespace MegatronBridge.Tests.Cpu.Tokenizers;

/// <summary>
/// Small tokenizers and what the real library makes of texts with them: <c>tests/Fixtures/tokenizers</c>, written by
/// <c>tests/Conformance/Python/tokenizer_reference.py</c>.
/// </summary>
internal static class TokenizerFixtures
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Fixtures", "tokenizers");

    public static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)!).Order();

    public static Tokenizer Open(string name) => Tokenizer.FromFile(PathOf(name));

    public static byte[] Bytes(string name) => File.ReadAllBytes(PathOf(name));

    public static IEnumerable<RecordedText> Texts(string name) =>
        File.ReadLines(PathOf(name) + "l").Select(RecordedText.Parse);

    public static IEnumerable<JsonElement> Pieces() =>
        File.ReadLines(Path.Combine(Folder, "pieces.jsonl")).Select(line => JsonElement.Parse(line));

    private static string PathOf(string name) => Path.Combine(Folder, name + ".json");
}
