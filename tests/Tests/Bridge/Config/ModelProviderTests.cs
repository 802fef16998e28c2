using System.Globalization;
using System.Reflection;
using FsCheck;
using FsCheck.Fluent;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Bridge.Config;

public sealed class ModelProviderTests
{
    [Fact]
    public void Every_property_writes_the_field_of_its_name_and_reads_it_again()
    {
        int checkedCount = 0;
        foreach (PropertyInfo property in typeof(ModelProvider).GetProperties().Where(property => property.CanWrite))
        {
            object? value = Sample(property.PropertyType);
            ProviderField? field = ProviderSchema
                .All.SelectMany(schema => schema.Fields)
                .FirstOrDefault(field => Normal(field.Name) == Normal(property.Name));
            if (value is null || field is null || property.GetIndexParameters().Length > 0)
            {
                continue;
            }

            ModelProvider provider = ProviderSchema
                .All.First(schema => schema.Field(field.Name) is not null)
                .NewProvider();
            property.SetValue(provider, value);
            Assert.Equal(
                Convert.ToString(value, CultureInfo.InvariantCulture),
                provider[field.Name].ToString(),
                ignoreCase: true
            );
            Assert.Equal(value, property.GetValue(provider));
            checkedCount++;
        }

        Assert.InRange(checkedCount, 100, 400);

        static string Normal(string name) => name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

        static object? Sample(Type type) =>
            type == typeof(int) || type == typeof(int?) ? 3
            : type == typeof(double) || type == typeof(double?) ? 2.5
            : type == typeof(bool) || type == typeof(bool?) ? true
            : type == typeof(string) ? "text"
            : null;
    }

    [Fact]
    public void Every_default_fits_the_kind_of_its_field()
    {
        foreach (ProviderField field in ProviderSchema.All.SelectMany(schema => schema.Fields))
        {
            Assert.True(
                field.Default.IsNull
                    ? field.Nullable || field.Kind == FieldKind.DType
                    : FieldParser.Fits(field, field.Default),
                field.Name
            );
        }
    }

    [Fact]
    public void Providers_are_made_by_the_names_of_upstream()
    {
        GptModelProvider gpt = new()
        {
            NumLayers = 2,
            HiddenSize = 128,
            NumAttentionHeads = 4,
            VocabSize = 1000,
        };
        gpt.Complete();
        Assert.Equal((512, 32, 4), (gpt.FfnHiddenSize, gpt.KvChannels, gpt.NumQueryGroups));
        Assert.Equal(4L, gpt.ToTransformerConfig()["num_query_groups"]);
        Assert.False(gpt.ToTransformerConfig().Has("vocab_size"));
        Assert.True(new MlaModelProvider().MultiLatentAttention);
        Assert.Equal(512, new MlaTransformerConfig().QLoraRank);
        Assert.Equal("MambaModelProvider", new MambaModelProvider().Schema.Name);
        foreach (ProviderSchema schema in ProviderSchema.All)
        {
            ModelProvider provider = schema.NewProvider();
            Assert.Same(schema, provider.Schema);
            Assert.Equal(provider.GetType(), provider.Clone().GetType());
        }

        Assert.IsType<MlaModelProvider>(
            ProviderSchema.Mla.Derive("megatron.bridge.models.x.XModelProvider").NewProvider()
        );
    }

    [Fact]
    public void The_old_name_of_the_stack_spec_becomes_the_new_one()
    {
        ConfigValue spec = Targets.Function("some.where.spec");
        MambaModelProvider mamba = new()
        {
            HiddenSize = 64,
            HybridLayerPattern = "M-",
            MambaNumGroups = 2,
            MambaStackSpec = spec,
        };
        mamba.Complete();
        Assert.Equal((spec, ConfigValue.Null), (mamba.HybridStackSpec, mamba.MambaStackSpec));
        mamba.MambaStackSpec = spec;
        Assert.Contains("set one of them", Assert.Throws<InvalidConfigException>(mamba.Complete).Message);
    }

    [Fact]
    public void A_config_without_a_model_is_completed_too()
    {
        TransformerConfig config = new()
        {
            NumLayers = 2,
            HiddenSize = 96,
            NumAttentionHeads = 6,
            TensorModelParallelSize = 4,
        };
        Assert.Equal(
            [
                "num_attention_heads (6) must be a multiple of tensor_model_parallel_size (4).",
                "num_query_groups (6) must be a multiple or a divisor of tensor_model_parallel_size (4).",
            ],
            Assert.Throws<InvalidConfigException>(config.Complete).Faults
        );
    }

    [Fact]
    public void Properties_are_typed_views_of_the_fields()
    {
        ModelProvider provider = Small();
        provider.ParamsDtype = DType.F16;
        provider.NumMoeExperts = 4;
        provider.AttentionBackend = Targets.AttentionFlash;
        Assert.Equal(Targets.DType("float16"), provider["params_dtype"]);
        Assert.Equal(4L, provider["num_moe_experts"]);
        provider["num_moe_experts"] = ConfigValue.Null;
        Assert.Null(provider.NumMoeExperts);
        Assert.Equal((2, 16, 256), (provider.NumQueryGroups = 2, provider.KvChannels, provider.FfnHiddenSize));
    }

    [Theory]
    [InlineData("num_layers", "12", "12")]
    [InlineData("rotary_base", "1000000", "1000000")]
    [InlineData("rotary_base", "1e6", "1000000.0")]
    [InlineData("should_pad_vocab", "true", "true")]
    [InlineData("num_moe_experts", "null", "null")]
    [InlineData("params_dtype", "bf16", "{_call_: false, _target_: torch.bfloat16}")]
    [InlineData("activation_func", "gelu", "{_call_: false, _target_: torch._C._nn.gelu}")]
    [InlineData("moe_layer_freq", "[0,1,1]", "[0, 1, 1]")]
    [InlineData("moe_layer_freq", "2", "2")]
    [InlineData("window_size", "127, 0", "[127, 0]")]
    [InlineData("pipeline_model_parallel_layout", "Et*3|t*2L", "Et*3|t*2L")]
    [InlineData("moe_token_dispatcher_type", "alltoall", "alltoall")]
    public void Text_sets_a_field_by_its_kind(string field, string text, string expected)
    {
        ModelProvider provider = Small();
        provider.SetFromText(field, text);
        Assert.Equal(expected, provider[field].ToString());
    }

    [Theory]
    [InlineData("num_layer", "12", "has no field \"num_layer\". Did you mean \"num_layers\"?")]
    [InlineData("num_layers", "12.5", "num_layers must be a whole number, found \"12.5\"")]
    [InlineData("num_layers", "null", "num_layers must be a whole number, found \"null\"")]
    [InlineData("should_pad_vocab", "yes", "should_pad_vocab must be true or false")]
    [InlineData("params_dtype", "float", "params_dtype must be one of fp32")]
    [InlineData("moe_token_dispatcher_type", "all", "must be one of allgather, alltoall, flex")]
    [InlineData("init_method", "x", "which text cannot name")]
    public void Text_that_does_not_fit_is_refused(string field, string text, string message)
    {
        ModelProvider provider = Small();
        Assert.Contains(
            message,
            Assert.Throws<InvalidConfigException>(() => provider.SetFromText(field, text)).Message
        );
    }

    [Fact]
    public void All_contradictions_are_told_at_once()
    {
        ModelProvider provider = Small();
        provider.NumMoeExperts = 6;
        provider.ExpertModelParallelSize = 4;
        provider.TensorModelParallelSize = 3;
        provider.MoeLayerFreq = ConfigValue.ListOf(1L, 0L);
        InvalidConfigException e = Assert.Throws<InvalidConfigException>(provider.Complete);

        Assert.Equal(
            [
                "num_attention_heads (4) must be a multiple of tensor_model_parallel_size (3).",
                "num_query_groups (4) must be a multiple or a divisor of tensor_model_parallel_size (3).",
                "num_experts (6)".Replace("num_experts", "num_moe_experts")
                    + " must be a multiple of expert_model_parallel_size (4).",
                "moe_layer_freq has 2 entries for 3 layers.",
                "vocab_size (100) must be a multiple of tensor_model_parallel_size (3). Set should_pad_vocab=true to pad it with zero rows.",
            ],
            e.Faults
        );
    }

    [Fact]
    public void Completing_twice_changes_nothing_and_a_clone_is_independent()
    {
        ModelProvider provider = Small();
        provider.Complete();
        ModelProvider again = provider.Clone();
        again.Complete();
        Assert.Equal(provider.Fields, again.Fields);
        again.NumLayers = 9;
        Assert.Equal(3, provider.NumLayers);
    }

    [Fact]
    public void The_padded_vocabulary_is_the_next_multiple()
    {
        Prop.ForAll(
                Gen.Choose(1, 300_000).Zip(Gen.Choose(1, 7)).Zip(Gen.Choose(0, 3)).ToArbitrary(),
                choice =>
                {
                    ((int vocab, int divisor), int tp) = choice;
                    GptModelProvider provider = new()
                    {
                        VocabSize = vocab,
                        MakeVocabSizeDivisibleBy = 1 << divisor,
                        TensorModelParallelSize = 1 << tp,
                    };
                    int multiple = 1 << (divisor + tp);
                    Assert.Equal(vocab, provider.PaddedVocabSize);
                    provider.ShouldPadVocab = true;
                    Assert.Equal(0, provider.PaddedVocabSize % multiple);
                    Assert.InRange(provider.PaddedVocabSize - vocab, 0, multiple - 1);
                    Assert.True(vocab % SharedConfig.VocabDivisor(vocab) == 0);
                }
            )
            .QuickCheckThrowOnFailure();
    }

    private static GptModelProvider Small() =>
        new()
        {
            NumLayers = 3,
            HiddenSize = 64,
            NumAttentionHeads = 4,
            VocabSize = 100,
        };
}
