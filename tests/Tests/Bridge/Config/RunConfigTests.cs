using System.Text;
using MegatronBridge.Config;
using MegatronBridge.Storage;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Config;

public sealed class RunConfigTests
{
    public static TheoryData<string> RealFiles =>
        ["llama-tp2pp2", "qwen3moe-ep2", "deepseek_v3-tp1pp1", "nemotron_h-tp1pp1", "bridge-save"];

    public static TheoryData<string, string> Layouts => GoldenCases.All;

    [Theory]
    [MemberData(nameof(RealFiles))]
    public void A_real_file_read_and_written_is_the_same(string name)
    {
        byte[] bytes = Fixture(name);
        Assert.Equal(Encoding.UTF8.GetString(bytes), RunConfig.Parse(bytes).ToString());
    }

    [Theory]
    [MemberData(nameof(RealFiles))]
    public void A_real_model_section_as_provider_and_back_is_the_same(string name)
    {
        byte[] bytes = Fixture(name);
        RunConfig config = RunConfig.Parse(bytes);
        ModelProvider provider = config.ToProvider();

        Assert.Empty(provider.Unknown);
        Assert.Equal(Encoding.UTF8.GetString(bytes), config.WithModel(provider).ToString());
        provider.Complete();
        Assert.Equal(Encoding.UTF8.GetString(bytes), config.WithModel(provider).ToString());
    }

    [Theory]
    [InlineData("llama", "tp2pp2", "llama-tp2pp2")]
    [InlineData("qwen3moe", "ep2", "qwen3moe-ep2")]
    public void The_file_of_a_conversion_is_the_real_one(string family, string layout, string name)
    {
        ModelProvider provider = GoldenProviderTests.Provider(new(family, layout));
        RunConfig config = RunConfig.ForConversion(provider, $"megatron-{layout}", "hf");
        Assert.Equal(Encoding.UTF8.GetString(Fixture(name)), Encoding.UTF8.GetString(config.ToBytes()));
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void The_file_of_a_golden_model_has_the_size_and_the_tokenizer_section_of_the_real_one(
        string family,
        string layout
    )
    {
        GoldenCase golden = new(family, layout);
        ModelProvider ours = GoldenProviderTests.Provider(golden);
        ModelProvider provider = ours.Schema.NewProvider(); // without the fields that upstream lacks
        foreach ((string field, ConfigValue value) in ours.Fields)
        {
            provider[field] = GoldenProviderTests.IsOurs(golden, field)
                ? ConfigValue.FromJson(golden.Layout.Model[field])
                : value;
        }

        string? tokenizer = golden.Layout.Tokenizer.Count > 0 ? "hf" : null;
        RunConfig config = RunConfig.ForConversion(provider, $"megatron-{layout}", tokenizer);
        bool hasConfigOfOurs =
            GoldenProviderTests.IsOurs(golden, "hf_config") || GoldenProviderTests.IsOurs(golden, "vision_config");
        if (provider.Has("enable_hyper_connections") || hasConfigOfOurs)
        {
            return; // of the development branch we know the model section only; a config of ours has other nulls in it
        }

        Assert.Equal(golden.Layout.Files["iter_0000000/run_config.yaml"]!.GetValue<int>(), config.ToBytes().Length);
        Assert.Equal(
            golden.Layout.Tokenizer.Select(field => $"{field.Key}: {ConfigValue.FromJson(field.Value)}").Order(),
            (config.Section("tokenizer")?.Entries ?? [])
                .Where(field => !field.Value.IsNull)
                .Select(field => $"{field.Key}: {field.Value}")
                .Order()
        );
    }

    [Fact]
    public void A_file_written_by_hand_gets_the_defaults_of_its_class()
    {
        ModelProvider provider = RunConfig.Parse(Fixture("handmade")).ToProvider();
        Assert.Equal(
            (2, 32, 64, 100),
            (provider.NumLayers, provider.HiddenSize, provider.FfnHiddenSize, provider.VocabSize)
        );
        Assert.Equal("tiny-llama-hf", provider.HfModelId);
        Assert.Equal(2, provider.MoeRouterTopk);
    }

    [Fact]
    public void Fields_that_the_class_does_not_have_survive()
    {
        string yaml = Encoding
            .UTF8.GetString(Fixture("llama-tp2pp2"))
            .Replace(
                "  yarn_beta_fast: null\n",
                "  yarn_beta_fast: null\n  yarn_beta_of_mine:\n    id2label:\n      0: LABEL_0\n",
                StringComparison.Ordinal
            );
        RunConfig config = RunConfig.Parse(Encoding.UTF8.GetBytes(yaml));
        ModelProvider provider = config.ToProvider();
        Assert.Equal("yarn_beta_of_mine", Assert.Single(provider.Unknown).Key);
        Assert.Equal(yaml, config.WithModel(provider.Clone()).ToString());
    }

    [Fact]
    public void Older_fields_are_brought_up_to_date()
    {
        const string Yaml = """
            model:
              _target_: megatron.bridge.models.hybrid.hybrid_provider.HybridModelProvider
              hybrid_override_pattern: M*-
              pipeline_model_parallel_layout: {_target_: x.y}
              moe_flex_dispatcher_backend: hybridep
              moe_hybridep_num_sms: 16
            """;
        ModelProvider provider = RunConfig.Parse(Encoding.UTF8.GetBytes(Yaml)).ToProvider();
        Assert.Equal("M*-", provider.HybridLayerPattern);
        Assert.Null(provider.PipelineModelParallelLayout);
        Assert.Equal(16L, provider["moe_flex_dispatcher_num_sms"]);
        Assert.True(provider["moe_hybridep_num_sms"].IsNull);
    }

    [Fact]
    public void A_model_of_the_builder_kind_is_read()
    {
        const string Yaml = """
            model:
              _target_: megatron.bridge.models.gpt.model_config.BridgeGPTModelConfig
              _builder_: megatron.bridge.models.gpt.gpt_builder.GPTModelBuilder
              extra_checkpoint_metadata: {hf_model_id: some/model}
              vocab_size: 100
              transformer:
                _target_: megatron.bridge.models.transformer_config.TransformerConfig
                activation_func: silu
                num_layers: 2
                hidden_size: 64
                num_attention_heads: 4
            """;
        RunConfig config = RunConfig.Parse(Encoding.UTF8.GetBytes(Yaml));
        ModelProvider provider = config.ToProvider();
        Assert.Equal((2, 64, 100), (provider.NumLayers, provider.HiddenSize, provider.VocabSize));
        Assert.Equal(Targets.Silu, provider.ActivationFunc);
        Assert.Equal("some/model", config.HfModelId);
    }

    [Theory]
    [InlineData("a: 1\na: 2\n", "twice")]
    [InlineData("a: !!python/object:os.system x\n", "tag")]
    [InlineData("- 1\n", "map")]
    [InlineData("a: *b\n", "alias")]
    [InlineData("a: 1\n---\nb: 2\n", "expected")]
    [InlineData("a: [1\n", "line 2")]
    [InlineData("? [1]\n: 2\n", "key")]
    [InlineData("a: &b {x: 1}\nc:\n  <<: *b\n", "merges")]
    [InlineData("", "")]
    public void What_is_no_plain_document_is_refused(string yaml, string word)
    {
        BadFileException e = Assert.Throws<BadFileException>(() =>
            RunConfig.Parse(Encoding.UTF8.GetBytes(yaml), "x/run_config.yaml")
        );
        Assert.Contains(word, e.Message, StringComparison.Ordinal);
        Assert.StartsWith("x/run_config.yaml: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_and_exploding_aliases_are_refused()
    {
        string deep = "a: " + new string('[', 5000) + new string(']', 5000);
        Assert.Contains(
            "deeper",
            Assert.Throws<BadFileException>(() => RunConfig.Parse(Encoding.UTF8.GetBytes(deep))).Message
        );

        StringBuilder bomb = new("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++)
        {
            bomb.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }

        Assert.Contains(
            "more than",
            Assert.Throws<BadFileException>(() => RunConfig.Parse(Encoding.UTF8.GetBytes(bomb.ToString()))).Message
        );
    }

    [Fact]
    public void A_field_of_the_wrong_kind_is_refused_by_name()
    {
        string yaml = Encoding
            .UTF8.GetString(Fixture("llama-tp2pp2"))
            .Replace("  num_layers: 4", "  num_layers: four", StringComparison.Ordinal);
        BadFileException e = Assert.Throws<BadFileException>(() =>
            RunConfig.Parse(Encoding.UTF8.GetBytes(yaml)).ToProvider()
        );
        Assert.Contains("num_layers must be a whole number, found four", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_of_another_version_is_taken_by_what_it_extends_when_its_fields_are_all_there()
    {
        string yaml = Encoding
            .UTF8.GetString(Fixture("deepseek_v3-tp1pp1"))
            .Replace(
                "mla_provider.MLAModelProvider",
                "deepseek.deepseek_provider.DeepSeekV3ModelProvider",
                StringComparison.Ordinal
            );
        RunConfig config = RunConfig.Parse(Encoding.UTF8.GetBytes(yaml));
        Assert.Equal(16, config.ToProvider().KvLoraRank);
        Assert.Equal(yaml, config.WithModel(config.ToProvider()).ToString());

        string less = yaml.Replace("\n  normalization: RMSNorm", "", StringComparison.Ordinal);
        Assert.Throws<UnsupportedModelException>(RunConfig.Parse(Encoding.UTF8.GetBytes(less)).ToProvider);
    }

    [Fact]
    public void A_class_that_nobody_knows_is_refused_by_name()
    {
        RunConfig config = RunConfig.Parse("model: {_target_: os.system}"u8);
        Assert.Contains(
            "os.system",
            Assert.Throws<UnsupportedModelException>(config.ToProvider).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<BadFileException>(RunConfig.Parse("model: null"u8).ToProvider);
    }

    [Fact]
    public void Damaged_files_are_read_or_refused_but_nothing_else()
    {
        byte[] whole = Fixture("qwen3moe-ep2");
        Random random = new(5);
        for (int i = 0; i < 120; i++)
        {
            byte[] damaged = i % 2 == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
            for (int flips = 0; flips < 3 && damaged.Length > 0; flips++)
            {
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            }

            try
            {
                RunConfig.Parse(damaged).ToProvider();
            }
            catch (Exception e) when (e is BadFileException or UnsupportedModelException) { }
        }
    }

    private static byte[] Fixture(string name) =>
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", "run-config", name + ".yaml"));
}
