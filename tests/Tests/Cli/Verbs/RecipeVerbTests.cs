using System.Text;
using System.Text.Json;
using MegatronBridge.Cli;
using MegatronBridge.Recipes;
using MegatronBridge.Recipes.Tables;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Cli.Verbs;

public sealed class RecipeVerbTests
{
    [Fact]
    public async Task Every_recipe_of_a_family_is_listed()
    {
        CommandRun text = await CommandRun.OfAsync("recipe", "list", "--family", "llama3");
        CommandRun json = await CommandRun.OfAsync("recipe", "list", "--family", "llama3", "--json");

        Assert.Equal(ExitCode.Done, text.ExitCode);
        Assert.Contains("\nllama31_8b_sft ", text.Out);
        Assert.Equal(
            RecipeList.All.Where(recipe => recipe.Family == "llama3").Select(recipe => recipe.Name),
            json.Json.GetProperty("recipes").EnumerateArray().Select(recipe => recipe.GetProperty("name").GetString()!)
        );
    }

    [Fact]
    public async Task The_list_has_all_or_those_of_upstream_or_those_that_upstream_has_not()
    {
        CommandRun all = await CommandRun.OfAsync("recipe", "list", "--json");
        CommandRun upstream = await CommandRun.OfAsync("recipe", "list", "--upstream", "--json");
        CommandRun derived = await CommandRun.OfAsync("recipe", "list", "--derived", "--json");

        ILookup<bool, string> names = RecipeList.All.ToLookup(recipe => recipe.IsUpstream, recipe => recipe.Name);
        Assert.Equal(RecipeList.All.Select(recipe => recipe.Name), Names(all));
        Assert.Equal(names[true], Names(upstream));
        Assert.Equal(names[false], Names(derived));

        static IEnumerable<string?> Names(CommandRun run) =>
            run.Json.GetProperty("recipes").EnumerateArray().Select(recipe => recipe.GetProperty("name").GetString());
    }

    [Fact]
    public async Task Performance_recipes_are_listed_where_they_are_asked_for()
    {
        CommandRun text = await CommandRun.OfAsync("recipe", "list", "--perf", "--family", "gpt_oss");
        CommandRun json = await CommandRun.OfAsync("recipe", "list", "--perf", "--json");

        Assert.Contains("\ngpt_oss_120b_pretrain_64gpu_gb300_bf16 ", text.Out);
        Assert.DoesNotContain("gpt_oss_20b_sft", text.Out);
        JsonElement[] recipes = [.. json.Json.GetProperty("recipes").EnumerateArray()];
        Assert.Equal(
            RecipeList.Performance.Select(recipe => recipe.Name),
            recipes.Select(recipe => recipe.GetProperty("name").GetString())
        );
        Assert.All(recipes, recipe => Assert.Equal("perf", recipe.GetProperty("kind").GetString()));
        JsonElement last = recipes.Single(recipe =>
            recipe.GetProperty("name").GetString() == "llama31_405b_pretrain_1024gpu_h100_fp8cs"
        );
        Assert.Equal(1024, last.GetProperty("gpus").GetInt32());
        Assert.Equal("h100", last.GetProperty("gpu").GetString());
        Assert.Equal("fp8cs", last.GetProperty("precision").GetString());
    }

    [Fact]
    public async Task Of_a_name_that_upstream_has_twice_perf_shows_the_performance_recipe()
    {
        const string name = "qwen3_30b_a3b_pretrain_16gpu_h100_bf16";
        CommandRun library = await CommandRun.OfAsync("recipe", "show", name);
        CommandRun perf = await CommandRun.OfAsync("recipe", "show", name, "--perf");

        Assert.Contains("--perf", library.Error);
        Assert.Empty(perf.Error);
        Assert.True(Read(library).Says(RecipeList.Find(name)!.Build()));
        Assert.True(Read(perf).Says(RecipeList.FindPerformance(name)!.Build()));
        Assert.False(Read(perf).Says(Read(library)));

        static ConfigContainer Read(CommandRun run) => ConfigContainer.Parse(Encoding.UTF8.GetBytes(run.Out));
    }

    [Fact]
    public async Task Values_of_performance_recipes_can_be_set_and_what_upstream_changes_is_told()
    {
        CommandRun run = await CommandRun.OfAsync(
            "recipe",
            "show",
            "gpt_oss_20b_pretrain_8gpu_gb200_nvfp4",
            "--set",
            "train.train_iters=20",
            "--set",
            "env_vars.NCCL_DEBUG=INFO"
        );

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("scheduler.lr_warmup_iters (64)", run.Error);
        Assert.Contains("\n  train_iters: 20\n", run.Out);
        Assert.Contains("\n  NCCL_DEBUG: INFO\n", run.Out);
        Assert.Contains("\n  NVTE_USE_FAST_MATH: 1\n", run.Out);
    }

    [Fact]
    public async Task What_show_prints_is_the_file()
    {
        CommandRun run = await CommandRun.OfAsync(
            "recipe",
            "show",
            "llama31_8b_sft",
            "--set",
            "train.global_batch_size=16"
        );

        ConfigContainer read = ConfigContainer.Parse(Encoding.UTF8.GetBytes(run.Out));
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.True(
            read.Says(
                Llama3Recipes.Llama31_8BSft().Build(new KeyValuePair<string, string>("train.global_batch_size", "16"))
            )
        );
    }

    [Fact]
    public async Task Both_kinds_of_JSON_say_the_same()
    {
        CommandRun file = await CommandRun.OfAsync("recipe", "show", "qwen3_8b_peft", "--dora", "--format", "json");
        CommandRun report = await CommandRun.OfAsync("recipe", "show", "qwen3_8b_peft", "--dora", "--json");

        Assert.Equal(
            "megatron.bridge.peft.dora.DoRA",
            file.Json.GetProperty("peft").GetProperty("_target_").GetString()
        );
        Assert.True(JsonElement.DeepEquals(file.Json, report.Json.GetProperty("config")));
    }

    [Theory]
    [InlineData("llama31_8b_sft", "recipe", "show", "llama31_8b_sfd")]
    [InlineData("train.global_batch_size", "recipe", "show", "llama31_8b_sft", "--set", "train.global_batch_sise=1")]
    [InlineData(
        "num_query_groups (8)",
        "recipe",
        "show",
        "llama31_8b_sft",
        "--set",
        "model.tensor_model_parallel_size=16"
    )]
    [InlineData("llama3", "recipe", "list", "--family", "lama3")]
    [InlineData("performance recipes", "recipe", "list", "--perf", "--family", "phi")]
    [InlineData("--derived", "recipe", "list", "--perf", "--derived")]
    [InlineData("mean \"llama3_8b_sft_8gpu_h100_bf16\"", "recipe", "show", "--perf", "llama3_8b_sft_8gpu_h100_bf17")]
    [InlineData(
        "no performance recipe \"llama31_8b_sft\"; the library has one",
        "recipe",
        "show",
        "--perf",
        "llama31_8b_sft"
    )]
    [InlineData("toml", "recipe", "show", "llama31_8b_sft", "--format", "toml")]
    [InlineData("--dora", "recipe", "show", "llama31_8b_sft", "--dora")]
    [InlineData("recipe list", "recipe", "show")]
    [InlineData("recipe list", "recipe", "lst")]
    public async Task What_is_wrong_is_told(string told, params string[] arguments)
    {
        CommandRun run = await CommandRun.OfAsync(arguments);

        Assert.NotEqual(ExitCode.Done, run.ExitCode);
        Assert.Contains(told, run.Error);
    }

    [Theory]
    [InlineData("pretrain")]
    [InlineData("sft")]
    [InlineData("peft")]
    public async Task A_recipe_is_derived_for_a_model_of_ones_own(string mode)
    {
        using SampleModel model = new();
        CommandRun derived = await CommandRun.OfAsync("recipe", "derive", "--hf-model", model.Hf, "--mode", mode);

        Assert.Equal(ExitCode.Done, derived.ExitCode);
        ConfigContainer config = ConfigContainer.Parse(Encoding.UTF8.GetBytes(derived.Out));
        config.Validate();
        Assert.Equal(1, config.LeastGpus);
        Assert.Equal(ConfigContainer.Parse(Encoding.UTF8.GetBytes(config.ToYaml())).ToYaml(), derived.Out);
        Assert.Equal(model.Hf, $"{config["tokenizer.tokenizer_model"]}");
    }

    [Fact]
    public void A_published_model_derives_what_its_table_has()
    {
        Recipe known = RecipeList.Find("smollm3_3b_sft")!;
        using TemporaryFolder folder = new();
        string path = folder["config.json"];
        File.WriteAllText(path, known.Model.Config!.ToJsonString());

        Recipe derived = RecipeList.Derive(path, RecipeMode.Sft, known.Model.HfId);

        Assert.Equal(known.Name, derived.Name);
        Assert.Equal(known.Build().ToYaml(), derived.Build().ToYaml());
    }

    [Fact]
    public async Task Derive_says_what_it_misses()
    {
        using SampleModel model = new();
        CommandRun noModel = await CommandRun.OfAsync("recipe", "derive", "--mode", "sft");
        CommandRun noMode = await CommandRun.OfAsync("recipe", "derive", "--hf-model", model.Hf);

        Assert.Equal(ExitCode.WrongUsage, noModel.ExitCode);
        Assert.Contains("--hf-model", noModel.Error);
        Assert.Equal(ExitCode.WrongUsage, noMode.ExitCode);
        Assert.Contains("--mode", noMode.Error);
        CommandRun shown = await CommandRun.OfAsync("recipe", "show", "smollm3_3b_sft", "--hf-model", model.Hf);
        Assert.Equal(ExitCode.WrongUsage, shown.ExitCode);
    }
}
