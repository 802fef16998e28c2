using MegatronBridge.Config;
using MegatronBridge.Recipes;
using MegatronBridge.Recipes.Tables;

namespace MegatronBridge.Tests.Bridge.Recipes;

public sealed class RecipeTests
{
    // Taken by hand from upstream's functions.
    [Theory]
    [InlineData("llama31_8b_sft", "model.tensor_model_parallel_size", "2")]
    [InlineData("llama31_8b_sft", "train.global_batch_size", "8")]
    [InlineData("llama31_8b_sft", "optimizer.lr", "5e-06")]
    [InlineData("llama31_8b_sft", "dataset.offline_packing_specs.packed_sequence_size", "4096")]
    [InlineData("llama31_405b_pretrain", "model.virtual_pipeline_model_parallel_size", "2")]
    [InlineData("llama31_405b_pretrain", "model.context_parallel_size", "4")]
    [InlineData("llama31_405b_pretrain", "train.train_iters", "1168251")]
    [InlineData("llama31_405b_pretrain", "comm_overlap.tp_comm_overlap_cfg.proj_fprop.num_splits", "4")]
    [InlineData("llama2_7b_pretrain", "scheduler.lr_warmup_iters", "2000")]
    [InlineData("deepseek_v3_pretrain", "model.expert_model_parallel_size", "64")]
    [InlineData("deepseek_v3_pretrain", "train.global_batch_size", "4096")]
    [InlineData("qwen25_7b_peft", "peft.dim", "32")]
    [InlineData("nemotronh_8b_pretrain", "model.mamba_num_heads", "128")]
    public void Settings_are_upstreams(string recipe, string path, string value)
    {
        Assert.Equal(
            double.Parse(value, Invariant),
            double.Parse($"{RecipeList.Find(recipe)!.Build()[path]}", Invariant)
        );
    }

    private static System.Globalization.CultureInfo Invariant => System.Globalization.CultureInfo.InvariantCulture;

    [Theory]
    [InlineData("llama31_8b_sft", 2)]
    [InlineData("llama31_405b_pretrain", 256)]
    [InlineData("deepseek_v3_pretrain", 1024)]
    [InlineData("qwen3_30b_a3b_pretrain", 16)]
    public void The_least_number_of_GPUs_follows_from_the_layout(string recipe, int gpus)
    {
        Assert.Equal(gpus, RecipeList.Find(recipe)!.Build().LeastGpus);
    }

    [Theory]
    [InlineData("train.global_batch_sise", "16", "train.global_batch_size")]
    [InlineData("trian.global_batch_size", "16", "train")]
    [InlineData("model.seq_lenght", "16", "seq_length")]
    [InlineData("train.global_batch_size", "many", "a whole number")]
    [InlineData("checkpoint.ckpt_format", "zip", "torch_dist")]
    [InlineData("train", "16", "train.FIELD")]
    [InlineData("comm_overlap.tp_comm_overlap", "true", "comm_overlap._target_")]
    [InlineData("peft._target_", "megatron.bridge.peft.dora.Dora", "megatron.bridge.peft.dora.DoRA")]
    public void Overrides_are_typed_and_name_what_was_meant(string path, string value, string told)
    {
        ConfigContainer config = Llama3Recipes.Llama31_8BSft().Build();

        InvalidConfigException e = Assert.Throws<InvalidConfigException>(() => config.With(path, value));

        Assert.Contains(told, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.tensor_model_parallel_size", "16", "num_query_groups (8)")]
    [InlineData("train.global_batch_size", "0", "train.global_batch_size (0)")]
    [InlineData("train.micro_batch_size", "3", "train.micro_batch_size (3)")]
    [InlineData("dataset.seq_length", "2048", "dataset.seq_length (2048) must be model.seq_length (4096)")]
    [InlineData("optimizer.min_lr", "1.0", "optimizer.min_lr (1")]
    [InlineData("model.pipeline_model_parallel_size", "5", "32")]
    public void Broken_rules_are_told_with_their_numbers(string path, string value, string told)
    {
        ConfigContainer config = Llama3Recipes.Llama31_8BSft().Build().With(path, value);

        InvalidConfigException e = Assert.Throws<InvalidConfigException>(config.Validate);

        Assert.Contains(told, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_warm_up_that_upstream_shortens_is_told_and_not_refused()
    {
        ConfigContainer config = Llama3Recipes.Llama31_8BSft().Build();
        ConfigContainer longer = config.With("scheduler.lr_warmup_iters", "5000");

        Assert.Empty(config.Warnings());
        Assert.Empty(longer.Faults());
        Assert.Contains("scheduler.lr_warmup_iters (5000)", Assert.Single(longer.Warnings()), StringComparison.Ordinal);
    }

    [Fact]
    public void Experts_and_shared_matrices_need_sequence_parallelism()
    {
        ConfigContainer config = Qwen3MoeRecipes
            .Qwen3_30BA3BPretrain()
            .Build(
                new("model.sequence_parallel", "false"),
                new("model.tensor_model_parallel_size", "4"),
                new("model.expert_model_parallel_size", "4")
            );

        Assert.Contains(
            config.Faults(),
            fault => fault.Contains("model.sequence_parallel=true", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void All_wrong_overrides_are_told_at_once()
    {
        InvalidConfigException e = Assert.Throws<InvalidConfigException>(() =>
            Llama3Recipes.Llama31_8BSft().Build(new("train.a", "1"), new("nosuch.b", "2"))
        );

        Assert.Equal(2, e.Faults.Count);
    }

    [Fact]
    public void A_value_that_is_a_space_stays_one()
    {
        Assert.Equal(" ", $"{Llama3Recipes.Llama31_8BSft().Build()["dataset.preprocessing.separator"]}");
    }

    [Fact]
    public void DoRA_keeps_rank_and_scale()
    {
        ConfigContainer config = Llama3Recipes.Llama31_8BPeft().WithDora().Build();

        Assert.Equal("megatron.bridge.peft.dora.DoRA", $"{config["peft._target_"]}");
        Assert.Equal(Llama3Recipes.Llama31_8BPeft().Build()["peft.alpha"], config["peft.alpha"]);
        Assert.Throws<InvalidOperationException>(Llama3Recipes.Llama31_8BSft().WithDora);
    }

    [Fact]
    public void A_microbatch_of_one_sequence_is_not_packed()
    {
        ConfigContainer config = RecipeList
            .Find("ministral3_3b_sft")!
            .Build()
            .With("dataset.enable_in_batch_packing", "true");

        Assert.Contains("train.micro_batch_size (1)", Assert.Single(config.Faults()), StringComparison.Ordinal);
    }
}
