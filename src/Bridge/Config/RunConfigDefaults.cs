using MegatronBridge.Config.Yaml;

namespace MegatronBridge.Config;

/// <summary>The sections of a run_config.yaml beside the model, as the real Megatron-Bridge writes them when it converts a checkpoint.</summary>
internal static class RunConfigDefaults
{
    /// <summary>All sections, model and tokenizer null.</summary>
    public static ConfigValue.Map Sections { get; } =
        Parse(
            """
            _target_: megatron.bridge.training.config.ConfigContainer
            checkpoint:
              _target_: megatron.bridge.training.config.CheckpointConfig
              also_save_hf_checkpoint: false
              async_ckpt_cpu_priority: 10
              async_ckpt_io_priority: 3
              async_ckpt_use_cpu_shm: false
              async_save: false
              async_strategy: mcore
              async_write_results_mp_mode: fork
              auto_detect_ckpt_format: false
              ckpt_assume_constant_structure: false
              ckpt_convert_format: null
              ckpt_convert_save: null
              ckpt_convert_update_legacy_dist_opt_format: false
              ckpt_format: torch_dist
              ckpt_fully_parallel_load_exchange_algo: broadcast
              ckpt_fully_parallel_load_per_rank_objects: false
              ckpt_fully_parallel_load_process_group: dp
              ckpt_fully_parallel_save_process_group: dp
              ckpt_load_validate_sharding_integrity: true
              ckpt_pg_tensors_cache_create: false
              ckpt_pg_tensors_cache_path: null
              ckpt_step: null
              custom_manager_class: null
              dist_ckpt_optim_fully_reshardable: true
              dist_ckpt_save_pre_mcore_014: false
              dist_ckpt_strictness: assume_ok_unexpected
              dist_ckpt_workers: 1
              distrib_optim_fully_reshardable_mem_efficient: false
              exit_on_missing_checkpoint: false
              finetune: false
              fully_parallel_load: false
              fully_parallel_save: true
              hf_distributed_save: false
              hf_save_every_n_ranks: 1
              hf_source_path: null
              hf_trust_remote_code: false
              load: null
              load_main_params_from_ckpt: false
              load_optim: true
              load_rng: true
              most_recent_k: -1
              non_persistent_ckpt_type: null
              non_persistent_global_ckpt_dir: null
              non_persistent_local_ckpt_algo: fully_parallel
              non_persistent_local_ckpt_dir: null
              non_persistent_save_interval: null
              pretrained_checkpoint: null
              replication: false
              replication_factor: 2
              replication_jump: null
              save: null
              save_activations_interval: null
              save_dgrads_interval: null
              save_interval: null
              save_optim: false
              save_params_interval: null
              save_retain_interval: null
              save_rng: false
              save_tokenizer_assets: true
              save_tokens_per_expert_interval: null
              save_wgrads_interval: null
              storage_writers_per_rank: 1
              strict_fsdp_dtensor_load: false
              use_checkpoint_args: false
              use_mp_args_from_checkpoint_args: false
              use_persistent_ckpt_worker: true
              use_tokenizer_model_from_checkpoint_args: true
              verify_integrity: false
            comm_overlap: null
            dataset: null
            ddp: null
            dist: null
            env_vars: {}
            ft: null
            inprocess_restart: null
            logger:
              _target_: megatron.bridge.training.config.LoggerConfig
              barrier_with_L1_time: true
              comet_api_key: null
              comet_experiment_name: null
              comet_project: null
              comet_tags: null
              comet_workspace: null
              filter_warnings: true
              log_device_memory_used: false
              log_energy: false
              log_interval: 100
              log_l2_norm_grad_to_tensorboard: false
              log_loss_scale_to_tensorboard: true
              log_max_attention_logit: false
              log_memory_interval: null
              log_memory_to_tensorboard: false
              log_num_zeros_in_grad: false
              log_params_norm: false
              log_progress: false
              log_runtime_to_tensorboard: false
              log_throughput: false
              log_throughput_to_tensorboard: false
              log_timers_to_tensorboard: false
              log_validation_ppl_to_tensorboard: false
              log_world_size_to_tensorboard: false
              logging_level: null
              memory_keys: null
              mlflow_description: null
              mlflow_experiment: null
              mlflow_log_artifacts: true
              mlflow_run_name: null
              mlflow_tags: null
              mlflow_tracking_uri: null
              modules_to_filter: null
              moe_routing_trace_capture_hidden_states: false
              moe_routing_trace_capture_logits: false
              moe_routing_trace_dump_weights: false
              moe_routing_trace_max_training_iters: null
              moe_routing_trace_path: null
              runtime_time_unit: hours
              save_config_filepath: null
              set_level_for_all_loggers: false
              skip_train_metrics_log: false
              tensorboard_dir: null
              tensorboard_log_interval: 1
              tensorboard_queue_size: 1000
              throughput_window_size: 100
              timing_log_level: 0
              timing_log_option: minmax
              wandb_entity: null
              wandb_exp_name: null
              wandb_project: null
              wandb_save_dir: null
            mixed_precision: null
            nvrx_straggler: null
            optimizer:
              _target_: megatron.core.optimizer.optimizer_config.OptimizerConfig
              adam_beta1: 0.9
              adam_beta2: 0.999
              adam_eps: 1.0e-08
              adaptive_muon_beta2: 0.95
              adaptive_muon_eps: 1.0e-08
              adaptive_muon_moment2_method: adamuon
              apply_wd_to_qk_layernorm: false
              barrier_with_L1_time: false
              bf16: false
              clip_grad: 1.0
              config_logger_dir: ''
              decoupled_lr: null
              decoupled_min_lr: null
              decoupled_weight_decay: true
              exp_avg_dtype:
                _call_: false
                _target_: torch.float32
              exp_avg_sq_dtype:
                _call_: false
                _target_: torch.float32
              fp16: false
              fp8_recipe: null
              grad_norm_skip_threshold: .inf
              hysteresis: 2
              initial_loss_scale: 4294967296
              lion_beta1: 0.95
              lion_beta2: 0.98
              log_num_zeros_in_grad: false
              loss_scale: null
              loss_scale_window: 1000
              lr: null
              main_grads_dtype:
                _call_: false
                _target_: torch.float32
              main_params_dtype:
                _call_: false
                _target_: torch.float32
              min_loss_scale: 1.0
              min_lr: null
              muon_coefficient_type: quintic
              muon_extra_scale_factor: 1.0
              muon_fp32_matmul_prec: medium
              muon_momentum: 0.95
              muon_nesterov: false
              muon_num_ns_steps: 5
              muon_scalar_optimizer: adam
              muon_scale_mode: spectral
              muon_split_qkv: true
              muon_tp_mode: duplicated
              muon_use_syrk: false
              optimizer: adam
              optimizer_cpu_offload: false
              optimizer_cuda_graph: false
              optimizer_offload_fraction: 0.0
              overlap_cpu_optimizer_d2h_h2d: false
              overlap_param_gather: false
              overlap_param_gather_with_optimizer_step: false
              params_dtype:
                _call_: false
                _target_: torch.float32
              pin_cpu_grads: true
              pin_cpu_params: true
              reuse_grad_buf_for_mxfp8_param_ag: false
              sgd_momentum: 0.9
              soap_shampoo_beta: 0.95
              soap_use_kl_shampoo: true
              store_param_remainders: true
              timers: null
              use_distributed_optimizer: false
              use_layer_wise_distributed_optimizer: false
              use_precision_aware_optimizer: false
              use_torch_optimizer_for_cpu_offload: false
              weight_decay: 0.01
            optimizer_config_override_provider:
              _target_: megatron.bridge.training.config.OptimizerConfigOverrideProvider
            peft: null
            profiling:
              _target_: megatron.bridge.training.config.ProfilingConfig
              memory_snapshot_path: /nemo_run/snapshot.pickle
              nvtx_ranges: false
              profile_ranks:
              - 0
              profile_step_end: 12
              profile_step_start: 10
              pytorch_profiler_collect_callstack: false
              pytorch_profiler_collect_chakra: false
              pytorch_profiler_collect_shapes: false
              record_memory_history: false
              record_shapes: false
              use_nsys_profiler: false
              use_pytorch_profiler: false
            rerun_state_machine:
              _target_: megatron.bridge.training.config.RerunStateMachineConfig
              check_for_nan_in_loss: true
              check_for_spiky_loss: false
              error_injection_rate: 0
              error_injection_type: transient_error
              rerun_mode: disabled
              spiky_loss_factor: 10.0
            rng:
              _target_: megatron.training.config.common_config.RNGConfig
              data_parallel_random_init: false
              inference_rng_tracker: false
              seed: 1234
              te_rng_tracker: false
            scheduler: null
            straggler: null
            tensor_inspect: null
            train: null
            validation:
              _target_: megatron.training.config.training_config.ValidationConfig
              eval_global_batch_size: null
              eval_interval: null
              eval_iters: 100
              eval_micro_batch_size: null
              full_validation: false
              multiple_validation_sets: false
              skip_train: false
              start_eval_at_iter: null
              test_mode: false
              validation_set_names: null
            model: null
            tokenizer: null
            """
        );

    /// <summary>The tokenizer section for the tokenizer of a Hugging Face folder.</summary>
    public static ConfigValue.Map Tokenizer { get; } =
        Parse(
            """
            _target_: megatron.bridge.training.tokenizers.config.TokenizerConfig
            chat_template: null
            chat_template_path: null
            force_system_message: false
            hf_tokenizer_kwargs: {}
            image_tag_type: null
            make_vocab_size_divisible_by: 1
            merge_file: null
            metadata_path: null
            null_tokenizer_eod_id: null
            null_tokenizer_pad_id: -1
            pad_vocab_size: false
            padded_vocab_size: null
            rank: 0
            sp_tokenizer_kwargs: {}
            special_tokens: null
            tensor_model_parallel_size: 1
            tiktoken_num_special_tokens: 1000
            tiktoken_pattern: null
            tokenizer_hf_no_include_special_tokens: false
            tokenizer_hf_no_use_fast: false
            tokenizer_model: null
            tokenizer_prompt_format: null
            tokenizer_sentencepiece_ignore_extra_whitespaces: true
            tokenizer_sentencepiece_legacy: false
            tokenizer_type: HuggingFaceTokenizer
            trust_remote_code: false
            use_gigatoken: false
            use_tokenizer_vocab_size: false
            vocab_extra_ids: 0
            vocab_file: null
            vocab_size: null
            """
        );

    private static ConfigValue.Map Parse(string yaml) =>
        YamlReader.Read(System.Text.Encoding.UTF8.GetBytes(yaml), "run_config.yaml");
}
