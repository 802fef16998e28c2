using System.Text.Json;
using MegatronBridge.Cpu.Tokenizers;
using MegatronBridge.Tests.Cpu.Tokenizers;

namespace MegatronBridge.Conformance;

/// <summary>Ids and decoded texts against the real tokenizers library, over thousands of texts of all kinds.</summary>
public sealed class TokenizerTests(Python python) : IDisposable
{
    private const int Texts = 1500;
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("llama2")]
    [InlineData("llama3")]
    [InlineData("qwen3")]
    [InlineData("gemma3")]
    [InlineData("gptoss")]
    [InlineData("deepseek_v3")]
    public void A_real_tokenizer_gives_the_same_ids_and_the_same_texts(string name)
    {
        string file = Path.Combine(RealTokenizers.FolderOf(name), "tokenizer.json");
        string recorded = Path.Combine(_folder, name + ".jsonl");
        int count = python.Call("tokenizer_reference", "record", file, recorded, 2, Texts).GetInt32();
        Assert.True(count > Texts);
        Check(Tokenizer.FromFile(file), recorded);
    }

    [Fact]
    public void Tokenizers_of_every_component_give_the_same_ids_and_the_same_texts()
    {
        JsonElement names = python.Call("tokenizer_reference", "components", _folder, 3, 200, 60);
        Assert.True(names.GetArrayLength() > 80);
        foreach (JsonElement name in names.EnumerateArray())
        {
            string file = Path.Combine(_folder, name.GetString() + ".json");
            Check(Tokenizer.FromFile(file), file + "l");
        }
    }

    private static void Check(Tokenizer tokenizer, string recorded) =>
        Assert.All(File.ReadLines(recorded).Select(RecordedText.Parse), text => text.Check(tokenizer));
}
