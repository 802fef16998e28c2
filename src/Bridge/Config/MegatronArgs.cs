using MegatronBridge.Config.Schema;

namespace MegatronBridge.Config;

/// <summary>
/// The <c>args</c> in the common state of a checkpoint that Megatron-LM wrote: its command line, as plain values. They say of the model
/// what run_config.yaml says in a checkpoint of Megatron-Bridge.
/// </summary>
public sealed partial class MegatronArgs
{
    // Arguments that have another name than the field; the rest have the same.
    private static readonly (string Arg, string Field)[] Renamed =
    [
        ("num_experts", "num_moe_experts"),
        ("params_dtype", "pipeline_dtype"),
        ("apply_layernorm_1p", "layernorm_zero_centered_gamma"),
        ("norm_epsilon", "layernorm_epsilon"),
        ("decoder_first_pipeline_num_layers", "num_layers_in_first_pipeline_stage"),
        ("decoder_last_pipeline_num_layers", "num_layers_in_last_pipeline_stage"),
        ("fp8_param_gather", "fp8_param"),
        ("max_position_embeddings", "seq_length"),
        ("use_rope_scaling", "rope_scaling"),
        ("rotary_seq_len_interpolation_factor", "seq_len_interpolation_factor"),
    ];

    private static readonly string[] Counts =
    [
        "num_layers",
        "num_moe_experts",
        "tensor_model_parallel_size",
        "pipeline_model_parallel_size",
        "virtual_pipeline_model_parallel_size",
        "expert_model_parallel_size",
        "expert_tensor_parallel_size",
        "context_parallel_size",
    ];

    private readonly IReadOnlyDictionary<string, ConfigValue> _args;

    /// <summary>
    /// Takes the arguments by name. Element types are texts (<c>torch.bfloat16</c>) or the maps of <see cref="Targets.DType"/>; what is no
    /// plain value may be left out.
    /// </summary>
    public MegatronArgs(IReadOnlyDictionary<string, ConfigValue> args)
    {
        _args = args;
    }

    /// <summary>True when they describe layers of several kinds: attention, state space and MLP.</summary>
    public bool IsHybrid => IsTrue("is_hybrid_model") || HasPattern;

    /// <summary>An argument by the name that it has in Python, or the null value.</summary>
    public ConfigValue this[string arg] => _args.GetValueOrDefault(arg, ConfigValue.Null);

    /// <summary>The arguments by name.</summary>
    public IReadOnlyDictionary<string, ConfigValue> Values => _args;

    /// <summary>The provider that the arguments describe.</summary>
    /// <exception cref="InvalidConfigException">An argument that is needed is missing, or has a value of another kind.</exception>
    public ModelProvider ToProvider()
    {
        RequireModel();
        ModelProvider provider = ModelProvider.Of(
            IsTrue("multi_latent_attention") ? ProviderSchema.Mla
            : IsHybrid ? ProviderSchema.Hybrid
            : ProviderSchema.Gpt
        );
        foreach (ProviderField field in provider.Schema.Fields)
        {
            if (_args.TryGetValue(field.Name, out ConfigValue? value))
            {
                Set(provider, field.Name, value);
            }
        }

        foreach ((string arg, string field) in Renamed)
        {
            if (
                provider.Has(field)
                && _args.TryGetValue(arg, out ConfigValue? value)
                && (arg == "params_dtype" || !_args.ContainsKey(field))
            )
            {
                Set(provider, field, value);
            }
        }

        BoundCounts(provider);
        SetWhatFollows(provider);
        SetVocabulary(provider);
        return provider;
    }

    // A damaged file must not make us count to a billion.
    private static void BoundCounts(ModelProvider provider)
    {
        foreach (string field in Counts)
        {
            if (provider.Has(field) && !provider[field].IsNull)
            {
                provider.Count(field);
            }
        }
    }

    private void SetWhatFollows(ModelProvider provider)
    {
        provider["deallocate_pipeline_outputs"] = true;
        provider["persist_layer_norm"] = !IsTrue("no_persist_layer_norm");
        provider["batch_p2p_comm"] = !IsTrue("overlap_p2p_comm");
        provider.ShareEmbeddingsAndOutputWeights = !IsTrue("untie_embeddings_and_output_weights");
        provider["bias_activation_fusion"] = IsTrue(IsTrue("swiglu") ? "bias_swiglu_fusion" : "bias_gelu_fusion");
        if (IsTrue("swiglu"))
        {
            provider.ActivationFunc = Targets.Silu;
            provider.GatedLinearUnit = true;
        }
        else if (IsTrue("squared_relu"))
        {
            provider.ActivationFunc = Targets.SquaredRelu;
        }
        else if (IsTrue("quick_geglu"))
        {
            provider.ActivationFunc = Targets.QuickGelu;
            provider.GatedLinearUnit = true;
        }

        if (!IsSet("expert_tensor_parallel_size"))
        {
            provider.ExpertTensorParallelSize = provider.TensorModelParallelSize;
        }

        if (!IsTrue("group_query_attention"))
        {
            provider["num_query_groups"] = ConfigValue.Null;
        }

        if (this["cp_comm_type"] is ConfigValue.List { Items: [var only] })
        {
            provider.CpCommType = only;
        }

        if (provider.Has("hybrid_layer_pattern") && !IsSet("hybrid_layer_pattern"))
        {
            provider["hybrid_layer_pattern"] = this["hybrid_override_pattern"];
        }
    }

    // The checkpoint has padded_vocab_size rows; how many of them are tokens only vocab_size or the tokenizer tells.
    private void SetVocabulary(ModelProvider provider)
    {
        provider["vocab_size"] = IsSet("vocab_size") ? this["vocab_size"] : this["padded_vocab_size"];
        if (this["padded_vocab_size"] is not ConfigValue.Integer { Value: var rows } || rows == provider.VocabSize)
        {
            return;
        }

        // The divisor may have been another one when the padding was made.
        provider.ShouldPadVocab = true;
        if (provider.PaddedVocabSize != rows && rows % provider.TensorModelParallelSize == 0)
        {
            provider["make_vocab_size_divisible_by"] = new ConfigValue.Integer(rows / provider.TensorModelParallelSize);
        }

        if (provider.PaddedVocabSize != rows)
        {
            throw new InvalidConfigException(
                $"The checkpoint's args say vocab_size {provider.VocabSize}, padded_vocab_size {rows} and tensor_model_parallel_size "
                    + $"{provider.TensorModelParallelSize}, which do not go together."
            );
        }
    }

    private void RequireModel()
    {
        string[] needed = ["num_layers", "hidden_size", "num_attention_heads", "position_embedding_type"];
        List<string> missing = [.. needed.Where(arg => !IsSet(arg) && (arg != "num_layers" || !HasPattern))];
        if (!IsSet("padded_vocab_size") && !IsSet("vocab_size"))
        {
            missing.Add("padded_vocab_size");
        }

        if (missing.Count > 0)
        {
            throw new InvalidConfigException(
                $"The checkpoint's args do not describe a model: {string.Join(", ", missing)} missing."
            );
        }

        if (IsSet("heterogeneous_layers_config_path"))
        {
            throw new InvalidConfigException(
                "The checkpoint's args name heterogeneous_layers_config_path; such models are not supported."
            );
        }
    }

    private static void Set(ModelProvider provider, string field, ConfigValue value)
    {
        ProviderField declared = provider.Schema.Field(field)!;
        ConfigValue typed = (declared.Kind, value) switch
        {
            (FieldKind.DType, ConfigValue.Text text) => FieldParser.Parse(declared, text.Value),
            (FieldKind.Label, ConfigValue.Text) => declared.Default,
            _ => value,
        };
        if (typed.IsNull || FieldParser.Fits(declared, typed))
        {
            provider[field] = typed;
        }
        else
        {
            throw new InvalidConfigException(
                $"The checkpoint's args: {field} must be {FieldParser.Describe(declared)}, found {value}."
            );
        }
    }

    private bool HasPattern => IsSet("hybrid_layer_pattern") || IsSet("hybrid_override_pattern");

    private bool IsSet(string arg) => !this[arg].IsNull;

    private bool IsTrue(string arg) => this[arg] == true;
}
