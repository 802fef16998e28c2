using MegatronBridge.Checkpoints;
using MegatronBridge.Config;
using MegatronBridge.Cpu.Chat;
using MegatronBridge.Cpu.Tokenizers;
using MegatronBridge.Ranks;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Cpu.Tokenizers;

public sealed class CheckpointTokenizerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string Saved => Path.Combine(_folder, "saved");

    [Fact]
    public void The_tokenizer_of_a_checkpoint_encodes_as_the_one_that_it_was_saved_with()
    {
        int[] expected = Save("llama2").Encode("of it");
        Assert.Equal(expected, ModelTokenizer.Of(ModelLoadSave.LoadTokenizer(Saved)).Encode("of it"));
    }

    [Fact]
    public void A_template_of_the_settings_counts_before_the_tokenizers_own()
    {
        Save("qwen");
        Dictionary<string, ConfigValue> overrides = new() { ["chat_template"] = "{{ messages[0].content }}!" };
        ChatTemplate? template = ModelTokenizer.Of(ModelLoadSave.LoadTokenizer(Saved, overrides)).ChatTemplate();
        Assert.Equal("hello!", template!.Render([new ChatMessage("user", "hello")]));
    }

    [Fact]
    public void Kinds_that_are_not_read_are_refused_by_name()
    {
        MegatronTokenizer tokenizer = new()
        {
            Config = TokenizerConfig.Of(
                new MegatronArgs(new Dictionary<string, ConfigValue> { ["tokenizer_type"] = "NullTokenizer" })
            ),
            Files = new Dictionary<string, string>(),
        };
        Assert.Contains(
            "NullTokenizer with no files",
            Assert.Throws<UnsupportedModelException>(() => ModelTokenizer.Of(tokenizer)).Message,
            StringComparison.Ordinal
        );
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ModelTokenizer Save(string name)
    {
        string hf = Directory.CreateDirectory(Path.Combine(_folder, "hf")).FullName;
        File.WriteAllBytes(Path.Combine(hf, "tokenizer.json"), TokenizerFixtures.Bytes(name));
        GoldenCase golden = new("llama", "tp1pp1");
        ModelLoadSave.SaveMegatronModel(
            MegatronModel.Build(golden.Provider, new(RankWorld.One, golden.Sizes)),
            Saved,
            new() { HfTokenizerPath = hf }
        );
        ModelTokenizer original = ModelTokenizer.Open(hf);
        Directory.Delete(hf, recursive: true);
        return original;
    }
}
