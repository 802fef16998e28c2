using MegatronBridge.Config;
using MegatronBridge.Translation;

namespace MegatronBridge.Tests.Bridge.Translation;

public sealed class ArgumentTranslationTests
{
    [Theory]
    [InlineData("--num-layers 32", "model.num_layers=32")]
    [InlineData("--num_layers=32", "model.num_layers=32")]
    [InlineData("--num-experts 8 --lr 3e-4", "model.num_moe_experts=8 optimizer.lr=3e-4")]
    [InlineData("--swiglu", "model.gated_linear_unit=true model.activation_func=silu")]
    [InlineData("--squared-relu", "model.activation_func=squared_relu")]
    [InlineData("--bf16 --qk-layernorm", "mixed_precision=bf16_mixed model.qk_layernorm=true")]
    [InlineData("--disable-bias-linear", "model.add_bias_linear=false")]
    [InlineData("--untie-embeddings-and-output-weights", "model.share_embeddings_and_output_weights=false")]
    [InlineData("--seq-length 4096", "dataset.seq_length=4096 model.seq_length=4096")]
    [InlineData("--no-save-optim --norm-epsilon 1e-5", "checkpoint.save_optim=false model.layernorm_epsilon=1e-5")]
    [InlineData("--moe-layer-freq ([0]*1+[1]*3)", "model.moe_layer_freq=[0,1,1,1]")]
    [InlineData("--data-path 0.3 a 0.7 b", "dataset.data_path=0.3 a 0.7 b")]
    [InlineData(
        "--num-layers 32 --pipeline-model-parallel-size 4 --num-layers-per-virtual-pipeline-stage 2",
        "model.num_layers=32 model.pipeline_model_parallel_size=4 model.virtual_pipeline_model_parallel_size=4"
    )]
    [InlineData(
        "--timing-log-level 0 --distributed-backend nccl --no-gradient-accumulation-fusion --apply-layernorm-1p",
        "logger.timing_log_level=0 dist.distributed_backend=nccl model.gradient_accumulation_fusion=false model.layernorm_zero_centered_gamma=true"
    )]
    [InlineData("--rampup-batch-size 32 32 97", "train.rampup_batch_size=[32,32,97]")]
    [InlineData("--recompute-modules core_attn moe_act", "model.recompute_modules=[core_attn,moe_act]")]
    [InlineData("--moe-router-load-balancing-type aux_loss", "model.moe_router_load_balancing_type=aux_loss")]
    [InlineData("--moe-aux-loss-coeff 1e-3 1e-4", "model.moe_aux_loss_coeff=[1e-3,1e-4]")]
    [InlineData("--window-size (128,0)", "model.window_size=[128,0]")]
    [InlineData("--use-rotary-position-embeddings", "model.position_embedding_type=rope")]
    [InlineData("--recompute-activations", "model.recompute_granularity=selective")]
    [InlineData("--quick-geglu", "model.gated_linear_unit=true model.activation_func=quick_gelu")]
    [InlineData(
        "--swiglu --no-bias-swiglu-fusion --no-bias-gelu-fusion",
        "model.gated_linear_unit=true model.activation_func=silu model.bias_activation_fusion=false"
    )]
    [InlineData("--num-layers $LAYERS --bf16", "model.num_layers=$LAYERS mixed_precision=bf16_mixed")]
    [InlineData("--num-layers 4 --num-layers 4", "model.num_layers=4")]
    [InlineData("--megatron-fsdp-main-grads-dtype auto", "ddp.megatron_fsdp_main_grads_dtype=null")]
    public void Arguments_become_overrides(string arguments, string overrides) =>
        Assert.Equal(
            overrides,
            string.Join(
                ' ',
                ArgumentTranslation.ToBridge(arguments).Settings.Select(setting => $"{setting.Key}={setting.Value}")
            )
        );

    [Theory]
    [InlineData("model.num_layers=32 model.hidden_size=64", "--num-layers 32 --hidden-size 64")]
    [InlineData("model.gated_linear_unit=true model.activation_func=silu", "--swiglu")]
    [InlineData("model.add_bias_linear=false mixed_precision=bf16_mixed", "--bf16 --disable-bias-linear")]
    [InlineData("model.seq_length=8 dataset.seq_length=8", "--seq-length 8")]
    [InlineData("model.layernorm_epsilon=1e-5 ++train.train_iters=7", "--norm-epsilon 1e-5 --train-iters 7")]
    [InlineData("model.num_query_groups=8", "--group-query-attention --num-query-groups 8")]
    [InlineData("model.num_moe_experts=null model.qk_layernorm=True", "--qk-layernorm")]
    [InlineData("dataset.split='99,1,0'", "--split 99,1,0")]
    [InlineData("\"dataset.split='99,1,0'\"", "--split 99,1,0")]
    [InlineData("model.recompute_modules=[core_attn,moe_act]", "--recompute-modules core_attn moe_act")]
    [InlineData("model.position_embedding_type=rope", "--position-embedding-type rope")]
    [InlineData(
        "model.gated_linear_unit=true model.activation_func=silu model.bias_activation_fusion=false",
        "--swiglu --no-bias-swiglu-fusion"
    )]
    [InlineData("model.yarn_correction_range_round_to_int=false", "--no-yarn-correction-range-round-to-int")]
    public void Overrides_become_arguments(string overrides, string arguments) =>
        Assert.Equal(
            arguments,
            string.Join(
                ' ',
                ArgumentTranslation
                    .ToMegatron(overrides)
                    .Settings.Select(setting => $"{setting.Key} {setting.Value}".TrimEnd())
            )
        );

    [Fact]
    public void Every_argument_comes_back_as_itself()
    {
        FieldKinds kinds = FieldKinds.Of(_ => null);
        int checkedArguments = 0;
        foreach (TranslatedArgument argument in ArgumentTable.All.DistinctBy(argument => argument.Field))
        {
            string value =
                !argument.TakesValue ? argument.Value
                : kinds.Find(argument.Field) is { Choices: [var first, ..] } ? first
                : argument.Kind == ArgumentKind.List ? "[1,2]"
                : "1";
            KeyValuePair<string, string> back;
            try
            {
                back = ArgumentTranslation.ToMegatron($"{argument.Field}={value}").Settings[^1];
            }
            catch (InvalidConfigException)
            {
                continue; // 1 is no value of a field that takes words
            }

            checkedArguments++;
            Assert.Equal($"--{argument.Name}", back.Key);
            KeyValuePair<string, string> again = ArgumentTranslation.ToBridge($"{back.Key} {back.Value}").Settings[0];
            Assert.Contains(
                $"{again.Key}={again.Value}",
                new[] { $"{argument.Field}={value}", $"{argument.Field}=[{value}]" }
            );
        }

        Assert.True(checkedArguments > 450, $"{checkedArguments}");
    }

    [Fact]
    public void Every_field_in_the_table_is_one_of_upstreams()
    {
        FieldKinds[] kinds = [.. Schemas().Select(schema => new FieldKinds(schema))];
        string[] unknown =
        [
            .. ArgumentTable
                .All.Select(argument => argument.Field)
                .Where(field => !Array.Exists(kinds, kind => kind.Find(field) is not null)),
        ];

        // Fields that upstream has on some classes only.
        Assert.Equal(["model.max_position_embeddings", "dataset.skip_getting_attention_mask_from_dataset"], unknown);
    }

    [Fact]
    public void No_argument_is_in_the_table_and_without_a_field() =>
        Assert.DoesNotContain(
            ArgumentTable.All.Select(argument => argument.Name),
            ArgumentTable.WithoutField.ContainsKey
        );

    [Fact]
    public void A_file_of_Megatrons_tests_is_read()
    {
        TranslatedSettings read = ArgumentTranslation.YamlToBridge(
            """
            ENV_VARS:
              NCCL_ALGO: Tree
            MODEL_ARGS:
              --num-layers: 12
              --lr: 1.5e-4
              --data-path: ${DATA_PATH}/text_document
              --split: 949,50,1
              --bf16: true
              --qk-layernorm: false
              --recompute-modules: [core_attn, mlp]
              --log-straggler: true
            TEST_TYPE: regular
            """u8,
            "model_config.yaml"
        );

        Assert.Equal(
            [
                "model.num_layers=12",
                "optimizer.lr=0.00015",
                "dataset.data_path=${DATA_PATH}/text_document",
                "dataset.split=949,50,1",
                "mixed_precision=bf16_mixed",
                "model.recompute_modules=[core_attn,mlp]",
            ],
            read.Settings.Select(setting => $"{setting.Key}={setting.Value}")
        );
        Assert.Equal(
            ["--qk-layernorm", "ENV_VARS", "TEST_TYPE", "--log-straggler"],
            read.LeftOut.Select(entry => entry.Key)
        );
        Assert.Equal(["Variables of a shell are not checked: dataset.data_path."], read.Notes);
    }

    [Fact]
    public void Unknown_arguments_are_left_out_where_that_is_asked_for() =>
        Assert.Equal(
            "--prompts a b",
            Assert.Single(ArgumentTranslation.ToBridge("--num-layers 3 --prompts a b", allowUnknown: true).LeftOut).Key
        );

    [Theory]
    [InlineData("--num-query-groups 8", "with --group-query-attention only")]
    [InlineData("--sequence-parallel", "overlooks --sequence-parallel")]
    [InlineData("--multi-latent-attention", "MLAModelProvider")]
    [InlineData("--hybrid-layer-pattern M*-", "HybridModelProvider")]
    public void What_the_two_do_differently_is_noted(string arguments, string note) =>
        Assert.Contains(note, Assert.Single(ArgumentTranslation.ToBridge(arguments).Notes), StringComparison.Ordinal);

    [Fact]
    public void What_is_left_out_is_told() =>
        Assert.Equal(
            "--group-query-attention",
            Assert.Single(ArgumentTranslation.ToBridge("--group-query-attention --num-query-groups 8").LeftOut).Key
        );

    [Theory]
    [InlineData("--num-layer 3", "did you mean num-layers?")]
    [InlineData("--num-layers three", "num_layers")]
    [InlineData("--train-iters many", "train_iters")]
    [InlineData("--swiglu 3", "takes no value")]
    [InlineData("--num-layers", "needs a value")]
    [InlineData("--bf16 --num-layers 3 --num-layers 4", "given twice")]
    [InlineData("train --num-layers 3", "before the first argument")]
    [InlineData("--qk-layernorm 3", "takes no value")]
    [InlineData(
        "--num-layers 30 --pipeline-model-parallel-size 4 --num-layers-per-virtual-pipeline-stage 4",
        "does not divide 30 layers"
    )]
    [InlineData("--norm-epsilon 1e-5 --layernorm-epsilon 1e-6", "another argument")]
    [InlineData("--lr '3", "is not closed")]
    [InlineData("--moe-layer-freq [0]*99999999", "more than 65536 items")]
    public void Faulty_arguments_are_named(string arguments, string message) =>
        Assert.Contains(
            message,
            Assert.Throws<InvalidConfigException>(() => ArgumentTranslation.ToBridge(arguments)).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("model.num_layer=3", "has no argument")]
    [InlineData("num_layers", "is no override")]
    [InlineData(
        "model.activation_func=gelu model.gated_linear_unit=true",
        "is --swiglu with model.activation_func=silu"
    )]
    [InlineData("model.seq_length=8 dataset.seq_length=9", "has one for both")]
    [InlineData("model.qk_layernorm=3", "qk_layernorm")]
    public void Faulty_overrides_are_named(string overrides, string message) =>
        Assert.Contains(
            message,
            Assert.Throws<InvalidConfigException>(() => ArgumentTranslation.ToMegatron(overrides)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void All_faults_are_told_at_once() =>
        Assert.Equal(
            3,
            Assert.Throws<InvalidConfigException>(() => ArgumentTranslation.ToBridge("--a 1 --b 2 --c 3")).Faults.Count
        );

    private static IEnumerable<MegatronBridge.Config.Schema.ProviderSchema> Schemas() =>
        [
            MegatronBridge.Config.Schema.ProviderSchema.Gpt,
            MegatronBridge.Config.Schema.ProviderSchema.Mla,
            MegatronBridge.Config.Schema.ProviderSchema.Hybrid,
        ];
}
