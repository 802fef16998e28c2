using MegatronBridge.Config;
using MegatronBridge.Recipes;
using MegatronBridge.Recipes.Tables;

namespace MegatronBridge.Tests.Bridge.Recipes;

public sealed class OverrideReaderTests
{
    [Theory]
    [InlineData("optimizer.lr", "1e-4", "0.0001")]
    [InlineData("optimizer.lr", "1_0.5", "10.5")]
    [InlineData("train.train_iters", "1_000_000", "1000000")]
    [InlineData("train.skip_train", "True", "true")]
    [InlineData("train.skip_train", "FALSE", "false")]
    [InlineData("train.exit_interval", "NULL", "null")]
    [InlineData("tokenizer.tokenizer_model", "'a, b'", "\"a, b\"")]
    [InlineData("tokenizer.tokenizer_model", "\"it is\"", "\"it is\"")]
    [InlineData("tokenizer.tokenizer_model", "'null'", "\"null\"")]
    [InlineData("peft.target_modules", "['linear_qkv','linear_proj']", "[\"linear_qkv\",\"linear_proj\"]")]
    [InlineData("peft.target_modules", "[linear_qkv, linear_proj]", "[\"linear_qkv\",\"linear_proj\"]")]
    [InlineData("peft.target_modules", "[\"linear_qkv\"]", "[\"linear_qkv\"]")]
    [InlineData("peft.target_modules", "[]", "[]")]
    [InlineData(
        "dataset.dataset_kwargs",
        "{chat: true, tool: {names: [a, 'b c', 1e-4, null]}}",
        "{\"chat\":true,\"tool\":{\"names\":[\"a\",\"b c\",0.0001,null]}}"
    )]
    [InlineData("+env_vars.NCCL_DEBUG", "INFO", "\"INFO\"")]
    [InlineData("++env_vars.NCCL_NVLS_ENABLE", "1", "1")]
    [InlineData("train.rampup_batch_size", "[32,32,1000]", "[32,32,1000]")]
    [InlineData("model.params_dtype", "torch.float16", "{\"_call_\":false,\"_target_\":\"torch.float16\"}")]
    [InlineData("model.params_dtype", "bf16", "{\"_call_\":false,\"_target_\":\"torch.bfloat16\"}")]
    public void A_value_means_what_it_means_to_upstreams_command_line(string path, string text, string json)
    {
        ConfigContainer config = Llama3Recipes.Llama31_8BPeft().Build(new KeyValuePair<string, string>(path, text));

        Assert.Equal(json, config[path.TrimStart('+')].ToJson()?.ToJsonString() ?? "null");
    }

    [Theory]
    [InlineData("peft.target_modules", "[a", "a list of texts")]
    [InlineData("peft.target_modules", "[1,2]", "a list of texts")]
    [InlineData("peft.target_modules", "['a]", "a list of texts")]
    [InlineData("dataset.seq_length", "${model.seq_length}", "references")]
    [InlineData("train.global_batch_size", "'16'", "a whole number")]
    [InlineData("train.global_batch_size", "1e3", "a whole number")]
    [InlineData("train.skip_train", "yes", "true or false")]
    [InlineData("mixed_precision", "bf16_mixt", "bf16_mixed")]
    [InlineData("train.nosuch.deeper", "1", "nosuch")]
    [InlineData("model", "1", "model.FIELD")]
    [InlineData("model.params_dtype", "bfloat17", "bfloat16")]
    [InlineData("model.attention_backend", "flush", "flash")]
    public void What_is_no_value_is_refused(string path, string text, string told)
    {
        ConfigContainer config = Llama3Recipes.Llama31_8BPeft().Build();

        Assert.Contains(
            told,
            Assert.Throws<InvalidConfigException>(() => config.With(path, text)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Lists_in_lists_without_end_are_refused()
    {
        ConfigContainer config = Llama3Recipes.Llama31_8BPeft().Build();

        Assert.Throws<InvalidConfigException>(() => config.With("peft.target_modules", new string('[', 100_000)));
        Assert.Throws<InvalidConfigException>(() =>
            config.With("dataset.dataset_kwargs", string.Concat(Enumerable.Repeat("{a:", 100_000)))
        );
    }

    [Fact]
    public void Fields_inside_an_object_of_a_class_that_is_not_known_keep_their_kind()
    {
        ConfigContainer config = RecipeList.Find("qwen35_vl_27b_sft")!.Build();

        Assert.Equal(
            2L,
            config.With("model.vision_config.depth", "2").Model["vision_config"] is ConfigValue.Map map
                ? map.Find("depth")
                : null
        );
        Assert.Throws<InvalidConfigException>(() => config.With("model.vision_config.depth", "deep"));
        Assert.Contains(
            "model.vision_config.depth",
            Assert.Throws<InvalidConfigException>(() => config.With("model.vision_config.dept", "2")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void All_wrong_settings_are_told_at_once_and_the_last_of_a_name_counts()
    {
        ConfigContainer config = Llama3Recipes.Llama31_8BSft().Build();

        InvalidConfigException e = Assert.Throws<InvalidConfigException>(() =>
            config.With([new("train.a", "1"), new("model.b", "2"), new("train.train_iters", "x")])
        );
        Assert.Equal(3, e.Faults.Count);
        Assert.Equal(
            7L,
            config.With([new("train.train_iters", "5"), new("train.train_iters", "7")])["train.train_iters"]
        );
    }
}
