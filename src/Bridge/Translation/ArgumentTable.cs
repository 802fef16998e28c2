namespace MegatronBridge.Translation;

/// <summary>
/// Which argument of Megatron-LM is which field of Megatron-Bridge's config. Lists by section and kind: <c>num-layers</c> is
/// <c>model.num_layers</c>, <c>num-experts=num_moe_experts</c> is called otherwise. Where several arguments set a field, the first is its name.
/// </summary>
internal static class ArgumentTable
{
    private const string Model = """
        num-layers hidden-size ffn-hidden-size num-attention-heads num-query-groups kv-channels max-position-embeddings
        position-embedding-type rotary-base rotary-percent normalization norm-epsilon=layernorm_epsilon layernorm-epsilon
        init-method-std make-vocab-size-divisible-by padded-vocab-size=vocab_size window-size attention-backend
        rotary-seq-len-interpolation-factor=seq_len_interpolation_factor cross-entropy-fusion-impl hybrid-layer-pattern
        hybrid-override-pattern=hybrid_layer_pattern mamba-state-dim mamba-head-dim mamba-num-groups mamba-num-heads q-lora-rank kv-lora-rank
        qk-head-dim qk-pos-emb-head-dim v-head-dim rotary-scaling-factor mscale mscale-all-dim num-experts=num_moe_experts
        moe-layer-freq moe-ffn-hidden-size moe-shared-expert-intermediate-size moe-router-topk moe-router-load-balancing-type
        moe-aux-loss-coeff moe-router-group-topk moe-router-num-groups moe-router-topk-scaling-factor moe-router-score-function
        moe-router-bias-update-rate moe-router-dtype moe-token-dispatcher-type mtp-num-layers mtp-loss-scaling-factor
        mtp-hybrid-override-pattern tensor-model-parallel-size pipeline-model-parallel-size pipeline-model-parallel-layout
        context-parallel-size expert-model-parallel-size expert-tensor-parallel-size virtual-pipeline-model-parallel-size
        num-virtual-stages-per-pipeline-rank=virtual_pipeline_model_parallel_size
        microbatch-group-size-per-virtual-pipeline-stage=microbatch_group_size_per_vp_stage attention-dropout hidden-dropout
        recompute-granularity recompute-method recompute-num-layers recompute-modules cuda-graph-impl cuda-graph-warmup-steps
        """;

    private const string ModelFlags = """
        attention-softmax-in-fp32 fp16-lm-cross-entropy calculate-per-token-loss add-qkv-bias qk-layernorm sequence-parallel
        account-for-embedding-in-pipeline-split account-for-loss-in-pipeline-split cross-entropy-loss-fusion multi-latent-attention
        moe-router-enable-expert-bias moe-grouped-gemm moe-permute-fusion moe-router-fusion moe-router-pre-softmax
        mtp-use-repeated-layer te-rng-tracker=use_te_rng_tracker
        """;

    private const string Scheduler = """
        lr-decay-style lr-warmup-iters lr-warmup-samples lr-warmup-fraction lr-warmup-init lr-decay-iters lr-decay-samples
        lr-wsd-decay-style lr-wsd-decay-iters lr-wsd-decay-samples start-weight-decay end-weight-decay weight-decay-incr-style
        """;

    private const string Optimizer = """
        lr min-lr adam-beta1 adam-beta2 adam-eps weight-decay clip-grad decoupled-lr decoupled-min-lr main-grads-dtype
        main-params-dtype exp-avg-dtype exp-avg-sq-dtype
        """;

    private const string Mixed = "fp8-format=fp8 fp8-recipe fp8-margin fp8-amax-history-len fp8-amax-compute-algo";

    private const string Logger = """
        log-interval tensorboard-dir wandb-project wandb-exp-name logging-level
        """;

    private const string LoggerFlags = """
        log-timers-to-tensorboard log-memory-to-tensorboard log-validation-ppl-to-tensorboard log-throughput log-num-zeros-in-grad
        log-params-norm
        """;

    /// <summary>All arguments, in the order in which they are written.</summary>
    public static IReadOnlyList<TranslatedArgument> All { get; } =
    [
        .. List("model", ArgumentKind.Value, Model),
        .. List("model", ArgumentKind.Flag, ModelFlags),
        .. List(
            "model",
            ArgumentKind.Inverted,
            "disable-bias-linear=add_bias_linear untie-embeddings-and-output-weights=share_embeddings_and_output_weights"
        ),
        .. List(
            "train",
            ArgumentKind.Value,
            "micro-batch-size global-batch-size train-iters train-samples exit-duration-in-mins exit-interval manual-gc-interval"
        ),
        .. List("train", ArgumentKind.Flag, "skip-train manual-gc"),
        .. List("optimizer", ArgumentKind.Value, Optimizer),
        .. List("optimizer", ArgumentKind.Flag, "use-precision-aware-optimizer"),
        .. List("scheduler", ArgumentKind.Value, Scheduler),
        .. List("scheduler", ArgumentKind.Flag, "override-opt-param-scheduler use-checkpoint-opt-param-scheduler"),
        .. List(
            "dataset",
            ArgumentKind.Value,
            "data-path split data-cache-path=path_to_cache num-workers dataloader-type num-dataset-builder-threads"
        ),
        .. List(
            "dataset",
            ArgumentKind.Flag,
            "no-create-attention-mask-in-dataloader=skip_getting_attention_mask_from_dataset reset-position-ids reset-attention-mask eod-mask-loss mock-data=mock"
        ),
        .. List("dataset", ArgumentKind.Inverted, "no-mmap-bin-files=mmap_bin_files"),
        .. List(
            "tokenizer",
            ArgumentKind.Value,
            "tokenizer-type tokenizer-model vocab-size vocab-file merge-file tiktoken-num-special-tokens vocab-extra-ids"
        ),
        .. List("validation", ArgumentKind.Value, "eval-iters eval-interval"),
        .. List(
            "checkpoint",
            ArgumentKind.Value,
            "save load save-interval pretrained-checkpoint dist-ckpt-strictness ckpt-format"
        ),
        .. List(
            "checkpoint",
            ArgumentKind.Flag,
            "finetune use-checkpoint-args exit-on-missing-checkpoint async-save ckpt-fully-parallel-load=fully_parallel_load use-persistent-ckpt-worker"
        ),
        .. List(
            "checkpoint",
            ArgumentKind.Inverted,
            "no-save-optim=save_optim no-load-optim=load_optim no-load-rng=load_rng"
        ),
        .. List(
            "ddp",
            ArgumentKind.Flag,
            "use-distributed-optimizer overlap-grad-reduce overlap-param-gather grad-reduce-in-fp32 accumulate-allreduce-grads-in-fp32=grad_reduce_in_fp32"
        ),
        .. List("ddp", ArgumentKind.Inverted, "no-check-for-nan-in-loss-and-grad=check_for_nan_in_grad"),
        .. List("mixed_precision", ArgumentKind.Value, Mixed),
        .. List("mixed_precision", ArgumentKind.Flag, "fp8-param-gather"),
        .. List("mixed_precision", ArgumentKind.Inverted, "no-fp8-wgrad=fp8_wgrad"),
        .. List("logger", ArgumentKind.Value, Logger),
        .. List("logger", ArgumentKind.Flag, LoggerFlags),
        .. List("rng", ArgumentKind.Value, "seed"),
        .. List("dist", ArgumentKind.Value, "distributed-timeout-minutes"),
    ];

    /// <summary>Arguments that Megatron-Bridge needs no field for, and why.</summary>
    public static IReadOnlyDictionary<string, string> WithoutField { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["group-query-attention"] = "num-query-groups says it",
            ["use-flash-attn"] = "attention-backend says it",
            ["use-mcore-models"] = "there are no others",
            ["transformer-impl"] = "the model's class chooses it",
            ["enable-experimental"] = "nothing asks for it",
            ["auto-detect-ckpt-format"] = "the format is always detected",
            ["cuda-graph-scope"] = "its values are no texts there",
            ["spec"] = "the model's class has its layers",
        };

    private static IEnumerable<TranslatedArgument> List(string section, ArgumentKind kind, string names) =>
        names
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(name => name.Split('='))
            .Select(parts => new TranslatedArgument(
                parts[0],
                $"{section}.{(parts.Length > 1 ? parts[1] : parts[0].Replace('-', '_'))}",
                kind
            ));
}
