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
        foreach (TranslatedArgument argument in ArgumentTable.All.DistinctBy(argument => argument.Field))
        {
            string override_ = argument.Kind switch
            {
                ArgumentKind.Flag => $"{argument.Field}=true",
                ArgumentKind.Inverted => $"{argument.Field}=false",
                _ => $"{argument.Field}=1",
            };
            KeyValuePair<string, string> back;
            try
            {
                back = Assert.Single(ArgumentTranslation.ToMegatron(override_).Settings);
            }
            catch (InvalidConfigException)
            {
                continue; // 1 is no value of a field that takes words
            }

            Assert.Equal($"--{argument.Name}", back.Key);
            KeyValuePair<string, string> again = ArgumentTranslation.ToBridge($"{back.Key} {back.Value}").Settings[0];
            Assert.Equal(override_, $"{again.Key}={again.Value}");
        }
    }

    [Fact]
    public void Every_field_of_the_model_in_the_table_is_one_of_upstreams()
    {
        string[] unknown =
        [
            .. ArgumentTable
                .All.Where(argument => argument.Field.StartsWith("model.", StringComparison.Ordinal))
                .Select(argument => argument.Field["model.".Length..])
                .Where(field => !Schemas().Any(schema => schema.Field(field) is not null)),
        ];

        Assert.Equal(["max_position_embeddings"], unknown); // a field that upstream has on some classes only
    }

    [Fact]
    public void What_is_left_out_is_told() =>
        Assert.Equal(
            "--group-query-attention",
            Assert.Single(ArgumentTranslation.ToBridge("--group-query-attention --num-query-groups 8").LeftOut).Key
        );

    [Theory]
    [InlineData("--num-layer 3", "did you mean num-layers?")]
    [InlineData("--num-layers three", "num_layers")]
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
        "together with model.activation_func=silu only"
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
