"""Changes what models are: small configs of other heads, widths, experts, biases, rotations, ... that transformers can still build.

A part of a config is changed by rules. Each takes the settings of the language model and a random generator, and puts what it changes into
the settings; a rule whose keys the config does not have is not asked. FIXED has what is left as it is, with the reason.
"""

import random

REFUSED = "Megatron has no such model: the import refuses it"
# What is not changed, by the beginning of the model's type and the key: others differ from transformers for a known reason.
FIXED = {
    ("nemotron_h", "conv_kernel"): REFUSED,
    ("nemotron_h", "use_conv_bias"): REFUSED,
    ("nemotron_h", "tie_word_embeddings"): "transformers does not tie them",
    ("falcon_h1", "hidden_act"): REFUSED,
    ("nemotron-nas", "num_attention_heads"): REFUSED,
    ("exaone", "num_nextn_predict_layers"): REFUSED,
    ("phimoe", "num_experts_per_tok"): "transformers always takes two",
    ("phi", "rope_parameters"): "transformers knows only longrope, and reads Phi's turning share in two places",
    ("mixtral", "rope_parameters"): "transformers computes no scaling without head_dim",
    ("glm4v_moe", "use_qk_norm"): "transformers does not read it",
    ("mimo_v2_flash", "num_attention_heads"): "windowed layers have query groups of their own, which must divide them too",
    ("deepseek_v2", "mscale_all_dim"): "transformers leaves it out of the scale of its attention; Megatron and the released code do not",
}
# A token of these must have two experts: the softmax of the chosen one alone would always be 1, which Megatron refuses.
SOFTMAX_OF_CHOSEN = ("mixtral", "granitemoe", "gpt_oss", "qwen", "olmoe")
# The types of models whose biases Megatron has a place for; those of others are refused.
BIASES = {
    "attention_bias": [
        "cohere", "cohere2", "glm4_moe", "glm4v_moe_text", "gpt_neox", "granite", "llama", "olmo2", "olmo3", "phimoe", "smollm3",
    ],
    "mlp_bias": ["granite", "llama", "smollm3"],
    "qkv_bias": ["qwen2_moe"],
    "use_bias": ["starcoder2"],
    "use_qkv_bias": ["bailing_moe_v2", "sarvam_moe"],
}  # fmt: skip
ACTIVATIONS = ["silu", "gelu"]  # with others the fusions of upstream's providers must be switched off by the user
CHOICES = {
    ("vocab_size",): [97, 128, 160, 201],
    ("intermediate_size", "mlp_hidden_size"): [40, 96, 144],
    ("moe_intermediate_size", "shared_expert_intermediate_size", "shared_intermediate_size", "share_expert_dim"): [16, 48, 64],
    ("rms_norm_eps", "layer_norm_epsilon", "layernorm_epsilon", "norm_eps", "norm_epsilon", "layer_norm_eps"): [1e-3, 1e-4, 1e-2],
    ("hidden_act", "hidden_activation"): ACTIVATIONS,
    ("num_experts_per_tok", "num_experts_per_token", "moe_k", "top_k_experts", "moe_top_k"): [1, 2, 3, 4],
    ("num_experts", "num_local_experts", "n_routed_experts", "moe_num_experts"): [4, 6, 8, 12],
    ("num_shared_experts", "n_shared_experts", "moe_num_shared_experts"): [1, 2, 3],
    ("routed_scaling_factor", "router_scaling_factor", "moe_router_scaling_factor"): [0.7, 1.0, 3.5],
    ("final_logit_softcapping", "attn_logit_softcapping"): [None, 0.5, 3.0, 20.0],
    ("query_pre_attn_scalar",): [8, 64, 144],
    ("embedding_multiplier", "residual_multiplier", "attention_multiplier", "logits_scaling", "logit_scale"): [0.25, 0.5, 1.7],
    ("lm_head_multiplier", "key_multiplier", "attention_in_multiplier", "attention_out_multiplier"): [0.25, 0.5, 1.7],
    ("ssm_in_multiplier", "ssm_out_multiplier"): [0.25, 0.5, 1.7],
    ("sliding_window",): [3, 7, 16],
    ("first_k_dense_replace",): [0, 1, 2],
    ("linear_conv_kernel_dim", "conv_kernel", "mamba_d_conv"): [2, 3],
    ("ssm_state_size", "mamba_d_state"): [8, 24, 32],
    ("moe_latent_size",): [16, 32],
    ("swiglu_limit",): [0.1, 3.0],
    ("kv_lora_rank",): [8, 20, 32],
    ("v_head_dim",): [8, 24, 32],
    ("num_nextn_predict_layers",): [0, 1, 2],
    ("mtp_num_hidden_layers",): [0, 1],
}
SWITCHES = [
    *BIASES, "norm_topk_prob", "use_qk_norm", "qk_layernorm", "lm_head_bias", "attention_out_bias", "mamba_conv_bias",
    "mamba_norm_before_gate", "mamba_rms_norm", "use_conv_bias", "use_parallel_residual", "include_bias", "include_qkv_bias",
    "use_double_wide_mlp",
]  # fmt: skip
EXPERTS = ("num_experts", "num_local_experts", "n_routed_experts")
OF_WIDTH = {"mrope_section", "short_factor"}  # lists as long as half a head is wide
ROTATIONS = {
    "default": lambda pick: {},
    "linear": lambda pick: {"factor": pick([2.0, 8.0])},
    "llama3": lambda pick: {
        "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": pick([16, 64]),
    },
    "yarn": lambda pick: {
        "factor": pick([4.0, 32.0]), "original_max_position_embeddings": pick([16, 64]), "beta_fast": pick([8.0, 32.0]), "beta_slow": 1.0,
        **pick([{}, {"mscale": pick([1.0, 0.7]), "mscale_all_dim": pick([1.0, 0.5])}]),
    },
}  # fmt: skip


def mutate(config, seed):
    """Changes one to four things of a config, and returns what now is otherwise, as text."""
    generator = random.Random(seed)
    settings = text_settings(config)
    before = dict(settings)
    rules = list(rules_of(settings))
    for rule in generator.sample(rules, min(len(rules), generator.choice([1, 2, 3, 4]))):
        rule(settings, generator.choice)
    settle(settings)
    if settings is not config and "tie_word_embeddings" in settings:  # the outer config decides, and may not have it
        if "tie_word_embeddings" in config:
            config["tie_word_embeddings"] = settings["tie_word_embeddings"]
        else:
            settings["tie_word_embeddings"] = before.get("tie_word_embeddings", False)
    return "; ".join(f"{key}: {value}" for key, value in settings.items() if key not in before or before[key] != value)


def settle(settings):
    """What follows from other settings."""
    kind = settings["model_type"]
    if kind in ("glm_moe_dsa", "deepseek_v4"):
        settings["index_n_heads"] = 16  # of few, all are often cut off at zero, and among equal tokens each library chooses its own
    if kind == "qwen3_vl_moe_text" and settings["hidden_size"] in (settings["moe_intermediate_size"], settings["moe_intermediate_size"] * 2):
        settings["moe_intermediate_size"] = 24  # a square does not tell which way round it is stored
    if kind.startswith(SOFTMAX_OF_CHOSEN) and "num_experts_per_tok" in settings:
        settings["num_experts_per_tok"] = max(settings["num_experts_per_tok"], 2)
    for key in ("head_dim", "v_head_dim"):
        if f"swa_{key}" in settings:
            settings[f"swa_{key}"] = settings[key]  # REFUSED otherwise
    for key in EXPERTS:
        if isinstance(settings.get(key), int) and (settings.get("n_group") or 1) > 1:
            settings[key] = 8
            settings["num_experts_per_tok"] = min(settings["num_experts_per_tok"], 8 // settings["n_group"] * settings["topk_group"])


def text_settings(config):
    """Where the settings of the language model are."""
    for key in ("text_config", "llm_config", "thinker_config"):
        if isinstance(config.get(key), dict):
            return text_settings(config[key])
    return config


def rules_of(settings):
    for keys, values in CHOICES.items():
        for key in keys:
            if isinstance(settings.get(key), type(values[-1])) and not isinstance(settings[key], bool) and may_change(settings, key):
                yield choose(key, values)
    for key in SWITCHES:
        if isinstance(settings.get(key), bool) and may_change(settings, key):
            yield choose(key, [not settings[key]])
    if may_change(settings, "tie_word_embeddings"):
        yield choose("tie_word_embeddings", [not settings.get("tie_word_embeddings", False)])
    for keys, rule in RULES.items():
        present = all(settings.get(key) is not None and may_change(settings, key) for key in keys.split())
        if present and rule(dict(settings), lambda values: values[0]) is not False:
            yield rule


def may_change(settings, key):
    kind = settings["model_type"]
    return kind in BIASES.get(key, [kind]) and not any(kind.startswith(start) and key == fixed for start, fixed in FIXED)


def rope_parameters(settings):
    return settings.get("rope_parameters") or settings.get("rope_scaling") or {}


def choose(key, values):
    def rule(settings, pick):
        settings[key] = pick(values)

    return rule


def heads(settings, pick):
    counts = [count for count in (2, 3, 4, 6, 8) if settings["hidden_size"] % count == 0]
    if settings.get("head_dim") is None and "kv_lora_rank" not in settings:
        counts = [count for count in counts if settings["hidden_size"] % (8 * count) == 0]
        if set(rope_parameters(settings)) & OF_WIDTH or not counts:
            return False
    count = settings["num_attention_heads"] = pick(counts)
    if settings.get("num_key_value_heads"):
        groups = [groups for groups in (1, 2, 3, 4, 6, 8) if count % groups == 0]
        settings["num_key_value_heads"] = count if "kv_lora_rank" in settings else pick(groups)


def head_width(settings, pick):
    if "kv_lora_rank" in settings or set(rope_parameters(settings)) & OF_WIDTH:
        return False
    settings["head_dim"] = pick([8, 16, 24, 32, 48])


def query_rank(settings, pick):
    compressed = "index_topk" in settings or settings["model_type"].startswith("kimi_k3")
    settings["q_lora_rank"] = pick([12, 40] if compressed else [None, 12, 40])


def unrotated_width(settings, pick):
    settings["qk_nope_head_dim"] = pick([8, 24, 32])
    if "qk_head_dim" in settings:
        settings["qk_head_dim"] = settings["qk_nope_head_dim"] + settings["qk_rope_head_dim"]


def groups_of_experts(settings, pick):
    settings["n_group"], settings["topk_group"] = pick([2, 4]), pick([1, 2])
    if "topk_method" in settings:
        settings["topk_method"] = pick(["group_limited_greedy", "greedy"])


def kinds_of_layers(settings, pick):
    kinds = sorted(set(settings["layer_types"]) & {"sliding_attention", "full_attention", "linear_attention"})
    if kinds == ["full_attention"] and settings.get("sliding_window"):
        kinds = ["full_attention", "sliding_attention"]
    if len(kinds) < 2 or settings.get("num_kv_shared_layers"):
        return False
    settings["layer_types"] = [pick(kinds) for _ in settings["layer_types"][:-1]] + ["full_attention"]


def equal_values(settings, pick):
    settings["attention_k_eq_v"] = not settings["attention_k_eq_v"]


def windows(settings, pick):
    if settings.get("sliding_window") is None and settings["use_sliding_window"] is False:
        return False
    settings["use_sliding_window"] = not settings["use_sliding_window"]
    settings.pop("layer_types", None)  # follows from it


def kinds_of_mlps(settings, pick):
    if not set(settings["mlp_layer_types"]) <= {"dense", "sparse"}:
        return False
    settings["mlp_layer_types"] = [pick(["dense", "sparse"]) for _ in settings["mlp_layer_types"]]


def kinds_of_blocks(settings, pick):
    settings["layers_block_type"] = [pick(["mamba", "attention", "mlp"]) for _ in settings["layers_block_type"]]


def rotation(settings, pick):
    now = rope_parameters(settings)
    if set(now) & {"full_attention", "main", "mrope_section", "short_mscale", "llama_4_scaling_beta"}:
        return False  # more than one rotation, or what belongs to this one
    kind = pick(["default", "yarn"] if "kv_lora_rank" in settings else list(ROTATIONS))
    parameters = {"rope_type": kind, "rope_theta": pick([500.0, 10000.0, 1e6]), **ROTATIONS[kind](pick)}
    if "partial_rotary_factor" in now:
        parameters["partial_rotary_factor"] = pick([now["partial_rotary_factor"], 0.25, 0.5, 0.75])
    if not may_change(settings, "mscale_all_dim"):
        parameters.pop("mscale_all_dim", None)
    settings["rope_parameters"] = parameters


def linear_heads(settings, pick):
    settings["linear_num_key_heads"], settings["linear_num_value_heads"] = pick([1, 2, 4]), pick([4, 8])


def linear_widths(settings, pick):
    settings["linear_key_head_dim"], settings["linear_value_head_dim"] = pick([8, 24]), pick([8, 32])


def mamba_heads(settings, pick):
    settings["mamba_num_heads"], settings["n_groups"] = pick([4, 6, 12]), pick([1, 2])


def falcon_heads(settings, pick):
    settings["mamba_n_heads"], settings["mamba_d_head"], settings["mamba_n_groups"] = 8, 8, pick([1, 2, 4])


def falcon_factors(settings, pick):
    settings["ssm_multipliers"] = [pick([0.5, 1.0, 1.5]) for _ in range(5)]
    settings["mlp_multipliers"] = [pick([0.5, 1.5]) for _ in range(2)]


# The keys that a config must have, and what changes them.
RULES = {
    "num_attention_heads": heads,
    "head_dim": head_width,
    "q_lora_rank": query_rank,
    "qk_nope_head_dim": unrotated_width,
    "n_group": groups_of_experts,
    "attention_k_eq_v num_global_key_value_heads": equal_values,
    "use_sliding_window": windows,
    "layer_types": kinds_of_layers,
    "mlp_layer_types": kinds_of_mlps,
    "layers_block_type": kinds_of_blocks,
    "rope_parameters": rotation,
    "linear_num_value_heads": linear_heads,
    "linear_value_head_dim": linear_widths,
    "mamba_num_heads": mamba_heads,
    "mamba_n_heads": falcon_heads,
    "ssm_multipliers": falcon_factors,
}
