using System.Text;
using MegatronBridge.Config;
using MegatronBridge.Recipes;
using MegatronBridge.Recipes.Tables;
using MegatronBridge.Storage;

namespace MegatronBridge.Tests.Bridge.Recipes.Rules;

public sealed class RecipeRulesTests
{
    // Each was seen to be refused by upstream's validate(), with the same settings.
    [Theory]
    [InlineData("llama31_8b_sft", "model.context_parallel_size=2", "model.calculate_per_token_loss=true")]
    [InlineData(
        "qwen25_vl_7b_sft",
        "model.context_parallel_size=2 model.calculate_per_token_loss=true",
        "ddp.average_in_collective=false"
    )]
    [InlineData("deepseek_v3_pretrain", "profiling.profile_step_end=5", "profiling.profile_step_end (5)")]
    [InlineData("deepseek_v3_pretrain", "ddp.use_megatron_fsdp=true", "fsdp_dtensor, not torch_dist")]
    [InlineData("llama31_8b_sft", "checkpoint.ckpt_format=fsdp_dtensor", "ddp.use_megatron_fsdp=true")]
    [InlineData("llama31_8b_sft", "scheduler.start_weight_decay=0.5", "scheduler.start_weight_decay (0.5)")]
    [InlineData("qwen3_30b_a3b_pretrain", "train.train_samples=1000", "train_iters and train_samples are")]
    [InlineData("qwen3_30b_a3b_pretrain", "train.train_iters=null", "none is")]
    [InlineData("llama31_8b_sft", "scheduler.max_steps=5", "scheduler.max_steps (5)")]
    [InlineData("llama31_8b_sft", "scheduler.lr_decay_samples=100", "scheduler.lr_decay_samples (100)")]
    [InlineData("qwen3_30b_a3b_pretrain", "scheduler.lr_warmup_fraction=0.1", "scheduler.lr_warmup_fraction (0.1)")]
    [InlineData("qwen3_30b_a3b_pretrain", "train.train_iters=null train.num_epochs=1.0", "GPTSFTDatasetConfig")]
    [InlineData("llama31_8b_sft", "optimizer.exp_avg_dtype=bfloat16", "optimizer.exp_avg_dtype (torch.bfloat16)")]
    [InlineData(
        "olmoe_7b_sft",
        "optimizer.use_precision_aware_optimizer=true optimizer.optimizer=sgd",
        "adam, not sgd"
    )]
    [InlineData("llama31_8b_sft", "model.hierarchical_context_parallel_sizes=[2,1]", "not 2")]
    [InlineData("llama31_8b_sft", "model.cp_comm_type=a2a+p2p", "hierarchical_context_parallel_sizes")]
    [InlineData("llama31_8b_sft", "dist.use_decentralized_pg=true", "dist.use_gloo_process_groups=false")]
    [InlineData("llama31_8b_sft", "logger.mlflow_experiment=x", "logger.mlflow_run_name")]
    [InlineData("llama31_8b_sft", "checkpoint.load_main_params_from_ckpt=true", "checkpoint.load_optim=false")]
    [InlineData(
        "llama31_8b_sft",
        "checkpoint.async_save=true checkpoint.save=null",
        "checkpoint.async_save needs checkpoint.save"
    )]
    [InlineData("llama31_8b_sft", "checkpoint.ckpt_step=5 checkpoint.load=null", "checkpoint.ckpt_step (5)")]
    [InlineData("llama31_8b_sft", "validation.eval_micro_batch_size=3", "validation.eval_micro_batch_size (3)")]
    [InlineData("qwen3_30b_a3b_pretrain", "dist.eval_context_parallel_size=3", "do not divide 16 GPUs")]
    [InlineData("llama31_8b_sft", "dataset.enable_offline_packing=false", "dataset.offline_packing_specs")]
    [InlineData(
        "qwen25_vl_7b_sft",
        "dataset.enable_in_batch_packing=true train.micro_batch_size=1",
        "must be at least 2"
    )]
    [InlineData("llama32_1b_pretrain", "model.cuda_graph_impl=local", "full iterations")]
    [InlineData(
        "llama32_1b_pretrain",
        "model.deterministic_mode=true model.cross_entropy_loss_fusion=true",
        "cross_entropy_loss_fusion=false"
    )]
    [InlineData(
        "deepseek_v3_pretrain",
        "model.virtual_pipeline_model_parallel_size=2",
        "pipeline_model_parallel_layout has"
    )]
    [InlineData("exaone_moe_pretrain", "model.mtp_num_layers=1", "has 4 layers for multi-token prediction")]
    [InlineData(
        "qwen3_vl_8b_peft_energon",
        "train.micro_batch_size=3 train.global_batch_size=96",
        "dataset.micro_batch_size (2) must be train.micro_batch_size (3)"
    )]
    public void What_upstream_refuses_is_refused_here(string recipe, string settings, string told)
    {
        ConfigContainer config = Changed(recipe, settings);

        Assert.Contains(config.Faults(), fault => fault.Contains(told, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("llama31_8b_sft", "train.train_iters=10")]
    [InlineData("llama31_8b_sft", "mixed_precision=fp16-mixed")]
    [InlineData("llama31_8b_sft", "model.fp16=true")] // the precision says otherwise, and counts
    [InlineData("llama31_8b_sft", "train.train_iters=null train.num_epochs=1")]
    [InlineData("wan_1_3b_pretrain", "model.seq_length=2048")]
    public void What_upstream_takes_is_taken_here(string recipe, string settings)
    {
        Assert.Equal([], Changed(recipe, settings).Faults());
    }

    [Theory]
    [InlineData("llama31_8b_sft", "", "checkpoint.pretrained_checkpoint")]
    [InlineData("qwen3_vl_8b_peft_energon", "", "dataset.path")]
    [InlineData("qwen3_omni_30b_a3b_sft_hf_json", "", "dataset.source.load_kwargs.data_files")]
    [InlineData("granite_3p3_8b_pretrain", "", "residual_multiplier")]
    [InlineData("command_r_pretrain", "", "docs/extensions.md")]
    [InlineData("deepseek_v4_flash_pretrain", "", "development branch")]
    public void Notes_tell_what_a_run_needs_besides(string recipe, string settings, string told)
    {
        Assert.Contains(Changed(recipe, settings).Notes(), note => note.Contains(told, StringComparison.Ordinal));
    }

    [Fact]
    public void Models_of_the_development_branch_have_its_sections()
    {
        ConfigContainer config = Changed("deepseek_v4_flash_pretrain", "ddp.use_layer_wise_param_layout=true");

        Assert.True(config["dataset.hybrid_context_parallel"].IsNull);
        Assert.Equal(false, config["dataset.dynamic_context_parallel"]);
        Assert.Equal(true, config["ddp.use_layer_wise_param_layout"]);
        Assert.Throws<InvalidConfigException>(() => config.With("tokenizer.use_gigatoken", "true"));
        Assert.Throws<InvalidConfigException>(() => config.With("optimizer.offload_optimizer_states", "perhaps"));
    }

    [Theory]
    [InlineData("  train_iters: ", "  train_itres: ", "train.train_iters")]
    [InlineData("  train_iters: ", "  train_iters: many # ", "a whole number, or null, found many")]
    [InlineData("\ntrain:", "\ntrian:", "\"train\"")]
    [InlineData("  kv_channels: 128", "  kv_chanels: 128\n  kv_channels: 128", "model.kv_channels")]
    public void A_file_edited_by_hand_is_checked_field_by_field(string from, string to, string told)
    {
        string yaml = Qwen3Recipes.Qwen3_8BSft().Build().ToYaml().Replace(from, to, StringComparison.Ordinal);

        Assert.Contains(
            ConfigContainer.Parse(Encoding.UTF8.GetBytes(yaml)).Faults(),
            fault => fault.Contains(told, StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData(
        "a: &a [1,2,3,4,5,6,7,8]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f]\n"
    )]
    [InlineData("model: !!python/object:os.system {}\n")]
    [InlineData("model: !!python/object/apply:os.system ['true']\n")]
    [InlineData("model: !include other.yaml\n")]
    [InlineData("train: {}\n")]
    [InlineData("model: 3\n")]
    [InlineData("model: {}\nmodel: {}\n")]
    [InlineData("model: {<<: {a: 1}}\n")]
    [InlineData("- model\n")]
    public void Files_that_are_no_plain_data_are_refused(string yaml)
    {
        Assert.Throws<BadFileException>(() => ConfigContainer.Parse(Encoding.UTF8.GetBytes(yaml)));
    }

    [Fact]
    public void A_damaged_file_is_refused_or_read_and_never_breaks_the_rules()
    {
        byte[] yaml = Encoding.UTF8.GetBytes(Qwen3Recipes.Qwen3_8BPeft().Build().ToYaml());
        Random random = new(7);
        for (int i = 0; i < 150; i++)
        {
            byte[] damaged = yaml[..(i % 3 == 0 ? random.Next(yaml.Length) : yaml.Length)];
            for (int flips = random.Next(1, 4); flips > 0 && damaged.Length > 0; flips--)
            {
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(7));
            }

            try
            {
                ConfigContainer config = ConfigContainer.Parse(damaged);
                _ = (config.Faults(), config.Notes());
            }
            catch (Exception e) when (e is BadFileException or UnsupportedModelException)
            {
                // as it should be
            }
        }
    }

    private static ConfigContainer Changed(string recipe, string settings) =>
        RecipeList
            .Find(recipe)!
            .Build(
                settings
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(setting => setting.Split('=', 2))
                    .Select(parts => KeyValuePair.Create(parts[0], parts[1]))
            );
}
