namespace MegatronBridge.Config;

// What follows from other fields, in upstream's order (its finalize and __post_init__).
public partial class TransformerConfig
{
    /// <summary>
    /// Fills in the fields that follow from others and checks that the fields agree. Call it after the last field is set; calling it
    /// again changes nothing. (Upstream calls this finalize.)
    /// </summary>
    /// <exception cref="InvalidConfigException">Fields contradict each other; all faults are told.</exception>
    public void Complete()
    {
        CompleteFields();
        ProviderRules.Check(this);
    }

    /// <summary>The same without the check, for the config of a part of a model.</summary>
    internal virtual void CompleteFields()
    {
        CompleteParallelism();
        CompleteSizes();
        CompleteMoe();
        CompleteExecution();
        CompleteInitialization();
    }

    private void CompleteParallelism()
    {
        if (TensorModelParallelSize <= 1)
        {
            SequenceParallel = false;
        }
        else if (ExpertModelParallelSize > 1)
        {
            // Megatron-Core cannot train experts over both kinds of ranks otherwise.
            SequenceParallel = true;
        }

        if (PipelineModelParallelSize > 1)
        {
            PipelineDtype ??= ParamsDtype;
        }

        if (Fp32ResidualConnection && PipelineDtype is not null)
        {
            PipelineDtype = Storage.Tensors.DType.F32;
        }

        AutocastDtype ??= ParamsDtype;
        SetIfNull("expert_tensor_parallel_size", ExpertTensorParallelSize);
        MicrobatchGroupSizePerVpStage ??= PipelineModelParallelSize;
        CompleteShards("tensor_parallel_num_weight_shards", TensorModelParallelSize, "gtp_weight_remat_size");
        CompleteShards(
            "expert_tensor_parallel_num_weight_shards",
            ExpertTensorParallelSize,
            "expert_gtp_weight_remat_size"
        );
    }

    private void CompleteShards(string shards, int ranks, string gathered)
    {
        if (Has(shards) && IntegerOrNull(shards) is { } parts && ranks > 0 && parts >= ranks && parts % ranks == 0)
        {
            this[gathered] = parts / ranks;
        }
    }

    private void CompleteSizes()
    {
        SetIfNull("ffn_hidden_size", FfnHiddenSize);
        if (NumAttentionHeads > 0)
        {
            SetIfNull("kv_channels", KvChannels);
        }

        SetIfNull("num_query_groups", NumQueryGroups);
        if (ExperimentalAttentionVariant == "gated_delta_net")
        {
            ExperimentalAttentionVariant = "gdn";
        }

        if (
            NoRopeFreq is ConfigValue.Integer { Value: var every }
            && every > 0
            && every <= NumLayers
            && NumLayers % (int)every == 0
        )
        {
            NoRopeFreq = ConfigValue.ListOf(
                Enumerable.Range(1, NumLayers).Select(layer => (ConfigValue)(layer % (int)every == 0 ? 1L : 0L))
            );
        }
    }

    private void CompleteMoe()
    {
        if (NumMoeExperts is not null)
        {
            MoeFfnHiddenSize ??= FfnHiddenSize;
        }
        else if (MoeFfnHiddenSize is not null && HasDenseAndMoeLayers)
        {
            MoeFfnHiddenSize = null;
        }

        if (Has("moe_use_grouped_tensor") && Flag("use_transformer_engine_op_fuser") && MoeGroupedGemm)
        {
            this["moe_use_grouped_tensor"] = true;
        }

        if (this["moe_router_padding_for_fp8"] == true)
        {
            this["moe_router_padding_for_quantization"] = true;
        }

        if (MoeRouterGroupTopk is null && IntegerOrNull("moe_router_topk_limited_devices") is { } devices)
        {
            MoeRouterGroupTopk = devices;
            MoeRouterNumGroups = ExpertModelParallelSize;
        }

        SetIfNull("moe_flex_dispatcher_num_sms", this["moe_deepep_num_sms"]);
        SetIfNull("moe_flex_dispatcher_num_sms", this["moe_hybridep_num_sms"]);
        if (NumberOrNull("moe_expert_capacity_factor") < 0)
        {
            this["moe_expert_capacity_factor"] = ConfigValue.Null;
        }

        CompleteDispatch();
    }

    private void CompleteDispatch()
    {
        if (
            Flag("moe_enable_deepep")
            && this["moe_token_dispatcher_type"] == "flex"
            && this["moe_flex_dispatcher_backend"] != "hybridep"
        )
        {
            this["moe_flex_dispatcher_backend"] = "deepep";
        }

        // Without CUDA graphs ranks may have different numbers of tokens, which HybridEP must be told.
        if (
            this["moe_token_dispatcher_type"] == "flex"
            && this["moe_flex_dispatcher_backend"] == "hybridep"
            && this["cuda_graph_impl"] == "none"
            && !Flag("enable_cuda_graph")
            && !Flag("external_cuda_graph")
        )
        {
            SetIfHas("moe_hybridep_pad_uneven_dispatch_inputs", true);
            SetIfHas("moe_hybridep_pad_variable_tokens", true);
        }
    }

    private void CompleteExecution()
    {
        if (Flag("apply_query_key_layer_scaling"))
        {
            AttentionSoftmaxInFp32 = true;
        }

        SetIfNull("recompute_modules", ConfigValue.ListOf("core_attn"));
        if (Flag("moe_layer_recompute") && this["recompute_granularity"] != "full")
        {
            this["recompute_granularity"] = "selective";
            IReadOnlyList<string> modules = TextsOrNull("recompute_modules") ?? [];
            this["recompute_modules"] = Of(modules.Contains("moe") ? modules : [.. modules, "moe"]);
        }

        CompleteGraphs();
    }

    private void CompleteInitialization()
    {
        CompleteMup();
        double std = InitMethodStd;
        SetIfNull("embedding_init_method_std", this["init_method_std"]);
        bool sameStd = Number("embedding_init_method_std").Equals(std);
        SetIfNull(
            "embedding_init_method",
            this["init_method"].IsNull || !sameStd
                ? Targets.NormalInit(Number("embedding_init_method_std"))
                : this["init_method"]
        );
        double width = Flag("use_mup") ? Number("mup_width_mult") : 1.0;
        SetIfNull("init_method", Targets.NormalInit(std / Math.Sqrt(width)));
        SetIfNull(
            "output_layer_init_method",
            Targets.NormalInit(std / (Math.Sqrt((IsHybridModel ? 1.0 : 2.0) * NumLayers) * Math.Sqrt(width)))
        );
    }

    // Maximal update parameterization: factors that follow from the width of the model that the settings were found with.
    private void CompleteMup()
    {
        if (!Flag("use_mup"))
        {
            return;
        }

        SetIfNull("mup_base_hidden_size", HiddenSize);
        double width = (double)HiddenSize / Integer("mup_base_hidden_size");
        this["mup_width_mult"] = width;
        SoftmaxScale ??=
            Math.Sqrt(NumberOrNull("mup_base_head_dim") ?? 1.0) / Math.Pow(KvChannels, Number("mup_attn_scale_power"));
        if (Number("mup_output_mult") == 1.0 && width != 1.0)
        {
            this["mup_output_mult"] = 1.0 / width;
        }
    }

    private bool HasDenseAndMoeLayers =>
        MoeLayerFreq switch
        {
            ConfigValue.Integer { Value: var interval } => interval > 1,
            ConfigValue.List list => list.Items.Contains(0L),
            _ => false,
        };

    private void SetIfNull(string field, ConfigValue value)
    {
        if (this[field].IsNull)
        {
            this[field] = value;
        }
    }

    /// <summary>Sets a field that only some classes have.</summary>
    internal void SetIfHas(string field, ConfigValue value)
    {
        if (Has(field))
        {
            this[field] = value;
        }
    }
}
