using MegatronBridge.Checkpoints;
using MegatronBridge.Config;
using MegatronBridge.Ranks;
using MegatronBridge.Storage;
using MegatronBridge.Tests.Golden;
using MegatronBridge.Tests.Storage.TorchDist;

namespace MegatronBridge.Tests.Bridge.Checkpoints;

public sealed class LoadTokenizerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("megatron-bridge-").FullName;

    public LoadTokenizerTests() => Directory.CreateDirectory(Hf);

    private string Hf => Path.Combine(_folder, "hf");

    private string Saved => Path.Combine(_folder, "saved");

    [Fact]
    public void A_saved_tokenizer_is_found_where_it_came_from_and_then_in_the_checkpoint()
    {
        Write("tokenizer.json", "tokenizer_config.json", "model.safetensors");
        Save(new() { HfTokenizerPath = Hf });
        MegatronTokenizer tokenizer = ModelLoadSave.LoadTokenizer(Saved);
        Assert.Equal("HuggingFaceTokenizer", tokenizer.Type);
        Assert.Equal(Path.Combine(Hf, "tokenizer.json"), tokenizer.Files["tokenizer.json"]);
        Assert.Equal(["tokenizer.json", "tokenizer_config.json"], tokenizer.Files.Keys);

        Directory.Delete(Hf, recursive: true);
        string kept = Path.Combine(Saved, "iter_0000000", "tokenizer", "tokenizer.json");
        Assert.Equal(kept, ModelLoadSave.LoadTokenizer(Saved).Files["tokenizer.json"]);

        Directory.Delete(Path.GetDirectoryName(kept)!, recursive: true);
        string message = Assert.Throws<BadFileException>(() => ModelLoadSave.LoadTokenizer(Saved)).Message;
        Assert.Contains(Hf, message, StringComparison.Ordinal);
        Assert.Contains("overriding", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keywords_are_kept_and_code_must_be_trusted()
    {
        Write("tokenizer.json");
        Save(
            new() { HfTokenizerPath = Hf, HfTokenizerKwargs = Fields(("trust_remote_code", true), ("use_fast", false)) }
        );
        Assert.Contains(
            "trust_remote_code",
            Assert.Throws<InvalidConfigException>(() => ModelLoadSave.LoadTokenizer(Saved)).Message,
            StringComparison.Ordinal
        );
        TokenizerConfig config = ModelLoadSave.LoadTokenizer(Saved, Fields(("trust_remote_code", true))).Config;
        Assert.True(config.TrustRemoteCode);
        Assert.Equal(true, config["tokenizer_hf_no_use_fast"]);
    }

    [Fact]
    public void Overrides_name_files_that_have_moved_and_must_be_fields()
    {
        Write("tokenizer.json");
        Save(new() { HfTokenizerPath = Hf });
        string elsewhere = Path.Combine(_folder, "elsewhere");
        Directory.Move(Hf, elsewhere);
        Assert.Equal(
            Path.Combine(elsewhere, "tokenizer.json"),
            ModelLoadSave.LoadTokenizer(Saved, Fields(("tokenizer_model", elsewhere))).Files["tokenizer.json"]
        );
        Assert.Contains(
            "Did you mean tokenizer_model",
            Assert
                .Throws<InvalidConfigException>(() =>
                    ModelLoadSave.LoadTokenizer(Saved, Fields(("tokenizer_modal", elsewhere)))
                )
                .Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_template_is_told_or_read_but_not_both()
    {
        Write("tokenizer.json", "other.jinja");
        Save(new() { HfTokenizerPath = Hf });
        string path = Path.Combine(Hf, "other.jinja");
        Assert.Null(ModelLoadSave.LoadTokenizer(Saved).ChatTemplate);
        Assert.Equal(
            "contents of other.jinja",
            ModelLoadSave.LoadTokenizer(Saved, Fields(("chat_template_path", path))).ChatTemplate
        );
        Assert.Equal("{{ x }}", ModelLoadSave.LoadTokenizer(Saved, Fields(("chat_template", "{{ x }}"))).ChatTemplate);
        Assert.Throws<InvalidConfigException>(() =>
            ModelLoadSave.LoadTokenizer(Saved, Fields(("chat_template", "{{ x }}"), ("chat_template_path", path)))
        );
    }

    [Theory]
    [InlineData("GPT2BPETokenizer", "vocab_file", "vocab.json", "merge_file", "merges.txt")]
    [InlineData("BertWordPieceCase", "vocab_file", "vocab.txt", null, null)]
    [InlineData("Llama2Tokenizer", "tokenizer_model", "tokenizer.model", null, null)]
    public void Arguments_of_Megatron_LM_name_the_files_of_each_kind(
        string type,
        string field,
        string name,
        string? other,
        string? otherName
    )
    {
        Write("first", "second");
        Dictionary<string, ConfigValue> args = Fields(("tokenizer_type", type), (field, Path.Combine(Hf, "first")));
        if (other is not null)
        {
            args.Add(other, Path.Combine(Hf, "second"));
        }

        TokenizerConfig config = TokenizerConfig.Of(new MegatronArgs(args));
        IReadOnlyDictionary<string, string> files = new TokenizerFiles(_folder, config).Find();
        Assert.Equal(Path.Combine(Hf, "first"), files[name]);
        Assert.Equal(
            otherName is null ? null : Path.Combine(Hf, "second"),
            files.GetValueOrDefault(otherName ?? "none")
        );
    }

    [Fact]
    public void A_tokenizer_that_only_counts_has_no_files()
    {
        TokenizerConfig config = TokenizerConfig.Of(
            new MegatronArgs(Fields(("tokenizer_type", "NullTokenizer"), ("vocab_size", 100)))
        );
        Assert.Empty(new TokenizerFiles(_folder, config).Find());
        Assert.Equal(
            "NullTokenizer",
            ModelLoadSave.LoadTokenizer(Samples.Folder("megatron-dist-commonpt/iter_0000010")).Type
        );
        Assert.Equal(100, config["vocab_size"]);
    }

    [Fact]
    public void Checkpoints_without_a_tokenizer_are_refused()
    {
        Save(new());
        Assert.Contains(
            "names no tokenizer",
            Assert.Throws<BadFileException>(() => ModelLoadSave.LoadTokenizer(Saved)).Message,
            StringComparison.Ordinal
        );
        string message = Assert
            .Throws<InvalidConfigException>(() =>
                new TokenizerFiles(_folder, TokenizerConfig.Of(new MegatronArgs(Fields()))).Find()
            )
            .Message;
        Assert.Contains("tokenizer_type is not told", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no/such/folder")]
    [InlineData("empty")]
    public void A_tokenizer_that_is_none_is_refused_before_anything_is_written(string name)
    {
        Directory.CreateDirectory(Path.Combine(Hf, "empty"));
        Assert.Throws<BadFileException>(() => Save(new() { HfTokenizerPath = Path.Combine(Hf, name) }));
        Assert.False(Directory.Exists(Saved));
    }

    [Fact]
    public void What_is_saved_to_free_memory_is_of_no_use_any_more()
    {
        IReadOnlyList<MegatronModel> models = Save(new() { LowMemorySave = true });
        Assert.Throws<ObjectDisposedException>(() => models[0].Tensors[0].Bytes(0, 1).Length);
        Assert.Single(ModelLoadSave.LoadMegatronModel(Saved));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Dictionary<string, ConfigValue> Fields(
        params IEnumerable<(string Field, ConfigValue Value)> fields
    ) => fields.ToDictionary(field => field.Field, field => field.Value);

    private void Write(params string[] names) =>
        Array.ForEach(names, name => File.WriteAllText(Path.Combine(Hf, name), $"contents of {name}"));

    private IReadOnlyList<MegatronModel> Save(SaveModelOptions options)
    {
        GoldenCase golden = new("llama", "tp1pp1");
        IReadOnlyList<MegatronModel> models = MegatronModel.Build(golden.Provider, new(RankWorld.One, golden.Sizes));
        ModelLoadSave.SaveMegatronModel(models, Saved, options);
        return models;
    }
}
