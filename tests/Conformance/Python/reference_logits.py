"""Computes logits of golden manifests whose architecture transformers has no class of, in float32 on weights that follow their rule.

    python tests/Conformance/Python/reference_logits.py tests/Fixtures tests/Fixtures/golden-logits [NAME ...]

Where a class of transformers computes the same under other names, that class does it (MAPPED); the others are computed by reference_models.py.
A name with ".long" is of a long sequence, for tests/Fixtures/logits.
"""

import base64
import json
import pathlib
import re
import sys
import tempfile

import numpy
import safetensors.torch
import torch
import transformers

import reference_models
import small_logits

LAYER = re.compile(r"layers\.(\d+)\.")


def renamed(weights, *pairs):
    for old, new in pairs:
        weights = {re.sub(old, new, name): value for name, value in weights.items()}
    return weights


def without_prediction(weights, layers):
    """Without the layers for multi-token prediction, which come behind the others."""
    found = ((LAYER.search(name), name) for name in weights)
    return {name: weights[name] for match, name in found if "mtp" not in name and (match is None or int(match[1]) < layers)}


def only(weights, prefix):
    return {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}


def split_qkv(config, weights):
    heads, groups = config["num_attention_heads"], config["num_key_value_heads"]
    rows = [heads * config["head_dim"], groups * config["head_dim"], groups * config["head_dim"]]
    result = {}
    for name, value in weights.items():
        if "query_key_value" in name:
            for part, piece in zip("qkv", value.split(rows)):
                result[name.replace("attention.query_key_value", f"self_attn.{part}_proj")] = piece
        else:
            result[name] = value
    return result


def qwen2(config, weights):
    return config | {"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2"}, weights


def deepseek_v3(config, weights):
    weights = only(weights, "language_model.") or weights
    return config | {"architectures": ["DeepseekV3ForCausalLM"], "model_type": "deepseek_v3"}, weights


def sarvam_mla(config, weights):
    config, weights = deepseek_v3(config, weights)
    return config | {"n_routed_experts": config["num_experts"], "n_shared_experts": config["num_shared_experts"]}, weights


def glm4_moe(config, weights):
    """Ling's layers: norms of query and key heads, then rotary; sigmoid router of groups with a bias that only chooses; shared experts."""
    names = (
        (r"word_embeddings", "embed_tokens"),
        (r"attention\.dense", "self_attn.o_proj"),
        (r"attention\.query_layernorm", "self_attn.q_norm"),
        (r"attention\.key_layernorm", "self_attn.k_norm"),
        (r"gate\.expert_bias", "gate.e_score_correction_bias"),
    )
    same = {
        "architectures": ["Glm4MoeForCausalLM"],
        "model_type": "glm4_moe",
        "n_routed_experts": config["num_experts"],
        "n_shared_experts": config["num_shared_experts"],
        "attention_bias": config["use_qkv_bias"],
        "partial_rotary_factor": 1.0,
        "rope_parameters": config["rope_parameters"] | {"partial_rotary_factor": 1.0},
        "norm_topk_prob": True,
    }
    return config | same, renamed(split_qkv(config, weights), *names)


def llada(config, weights):
    names = (
        (r"model\.transformer\.blocks", "model.layers"),
        (r"model\.transformer\.wte", "model.embed_tokens"),
        (r"model\.transformer\.ln_f", "model.norm"),
        (r"model\.transformer\.ff_out", "lm_head"),
        (r"attn_norm", "input_layernorm"),
        (r"ff_norm", "post_attention_layernorm"),
        (r"attn_out", "self_attn.o_proj"),
        (r"\.([qkv])_proj", r".self_attn.\1_proj"),
        (r"up_proj", "mlp.up_proj"),
        (r"ff_proj", "mlp.gate_proj"),
        (r"ff_out", "mlp.down_proj"),
    )
    same = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": config["d_model"],
        "intermediate_size": config["mlp_hidden_size"],
        "num_attention_heads": config["n_heads"],
        "num_key_value_heads": config["n_kv_heads"],
        "num_hidden_layers": config["n_layers"],
        "max_position_embeddings": config["max_sequence_length"],
        "rope_parameters": {"rope_type": "default", "rope_theta": config["rope_theta"]},
        "rms_norm_eps": config["rms_norm_eps"],
        "tie_word_embeddings": config["weight_tying"],
        "dtype": "float32",
        "vocab_size": config["embedding_size"],
    }
    return same, renamed(weights, *names)


def nemotron_diffusion(config, weights):
    """As it reads from left to right: its layers are those of Ministral 3."""
    names = ((r"^encoder\.", "model."), (r"^diffusion_head", "lm_head"))
    return config | {"architectures": ["Ministral3ForCausalLM"], "model_type": "ministral3"}, renamed(weights, *names)


def thinker_text(architecture, model_type):
    def text(config, weights):
        """Of text alone, the three positions of a token are the same."""
        rope = {key: value for key, value in config["rope_parameters"].items() if not key.startswith("mrope")}
        weights = {
            name: value for name, value in only(weights, "thinker.").items() if name.startswith(("model.", "lm_head."))
        }
        return config | {"architectures": [architecture], "model_type": model_type, "rope_parameters": rope}, weights

    return text


def as_it_is(config, weights):
    return config, weights


MAPPED = {
    "bailing": glm4_moe,
    "bailing-mtp": glm4_moe,
    "gemma4-e2b": as_it_is,
    "gemma4_vl-audio": as_it_is,
    "kimi_k2": deepseek_v3,
    "kimi_k25": deepseek_v3,
    "llada": llada,
    "mimo": qwen2,
    "nemotron_labs_diffusion": nemotron_diffusion,
    "qwen3_asr": thinker_text("Qwen3ForCausalLM", "qwen3"),
    "qwen3_omni": thinker_text("Qwen3MoeForCausalLM", "qwen3_moe"),
    "sarvam_mla": sarvam_mla,
    "sarvam_moe": glm4_moe,
}
STEP_ROPE = {
    "factor": 2.0,
    "high_freq_factor": 32.0,
    "low_freq_factor": 1.0,
    "original_max_position_embeddings": 64,
    "rope_theta": [5000000.0, 10000.0, 10000.0, 5000000.0, 10000.0],
    "rope_type": "llama3",
}
# Changes of the config beside which the long sequences are computed.
LONG = {
    "step3p5": {
        "rope_parameters": STEP_ROPE,
        "yarn_only_types": ["full_attention"],
        "sliding_window": 5,
        "swiglu_limits": [0.0, 0.05, 0.0, 0.04, 0.0], "swiglu_limits_shared": [0.03, 0.0, 0.0, 0.05, 0.0]},
    "mimo_v2_flash": {"sliding_window": 5, "sliding_window_size": 5},
    "llama_nemotron": {},
    "llama_nemotron-linear": {},
    "nemotron_labs_diffusion": {"rope_parameters.original_max_position_embeddings": 7},
    "kimi_k2": {},
    "kimi_k3": {},
}


def with_linear(fixture):
    """Llama-Nemotron with linear layers in the places that its manifest leaves empty."""
    hidden = fixture["config"]["hidden_size"]
    for number, block in enumerate(fixture["config"]["block_configs"]):
        for part, weight, norm in (
            ("attention", "self_attn.linear_attn", "input_layernorm"),
            ("ffn", "mlp.linear_mlp", "post_attention_layernorm"),
        ):
            if block[part]["no_op"]:
                block[part] |= {"no_op": False, "replace_with_linear": True}
                fixture["tensors"][f"model.layers.{number}.{weight}.weight"] = {"dtype": "BF16", "shape": [hidden, hidden]}
                fixture["tensors"][f"model.layers.{number}.{norm}.weight"] = {"dtype": "BF16", "shape": [hidden]}


def of_transformers(config, weights, tokens, mask=None):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        (path / "config.json").write_text(json.dumps(config))
        weights = {name: value.contiguous().clone() for name, value in weights.items()}
        safetensors.torch.save_file(weights, path / "model.safetensors", {"format": "pt"})
        model_class = getattr(transformers, config["architectures"][0])
        model, loaded = model_class.from_pretrained(
            folder, dtype=torch.float32, attn_implementation="eager", experts_implementation="eager", output_loading_info=True
        )
        for what, names in loaded.items():
            if names:
                raise RuntimeError(f"{what}: {sorted(names)[:5]}")
        with torch.no_grad():
            return model.eval()(input_ids=torch.tensor([tokens]), attention_mask=mask, use_cache=False).logits[0]


def text_config(config):
    if "thinker_config" in config:
        config = config["thinker_config"]
    return config.get("text_config") or config


def logits(name, config, weights, tokens):
    if name not in MAPPED:
        return getattr(reference_models, name.split("-")[0])(config, weights, torch.tensor(tokens))
    inner = config if MAPPED[name] is as_it_is else text_config(config)
    layers = inner.get("num_hidden_layers") or inner.get("n_layers") or text_config(config)["num_hidden_layers"]
    mapped, renamed_weights = MAPPED[name](inner, without_prediction(weights, layers) if "mtp" in name or name == "mimo" else weights)
    mask = torch.zeros(1, 1, len(tokens), len(tokens)) if name == "llada" else None
    return of_transformers(mapped, renamed_weights, tokens, mask)


def main(fixtures, target, names):
    target.mkdir(parents=True, exist_ok=True)
    for name in names or [*MAPPED, *reference_models.NAMES, *(f"{name}.long" for name in LONG)]:
        base, is_long = name.removesuffix(".long"), name.endswith(".long")
        is_linear = base == "llama_nemotron-linear"
        manifest = base.removesuffix("-linear") if is_linear else base
        fixture = json.loads((fixtures / "golden" / (manifest + ".json")).read_text())["hf"]
        if is_linear:
            with_linear(fixture)
        for key, value in LONG[base].items() if is_long else ():
            small_logits.change(fixture["config"], key, value)
        text = text_config(fixture["config"])
        vocabulary = min(text["vocab_size"], text.get("vocab_size_per_layer_input") or text["vocab_size"])
        count = 24 if is_long else 10
        tokens = [10 + (7 * i * i + 13 * i + 5) % (vocabulary - 10) for i in range(count)]
        weights = {key: small_logits.rule(key, entry["shape"], entry["dtype"]).float() for key, entry in fixture["tensors"].items()}
        values = logits(base, fixture["config"], weights, tokens).contiguous().numpy()
        if not numpy.isfinite(values).all():
            raise RuntimeError(f"{name}: not all logits are finite")
        values = values[-small_logits.KEPT :] if is_long else values
        encoded = base64.b64encode(values.astype("<f4").tobytes()).decode()
        result = {"input_ids": tokens, "shape": list(values.shape), "values": encoded}
        if is_long:
            result = {"base": f"golden/{manifest}", "changes": LONG[base], **result}
            if is_linear:
                tensors = {key: {"dtype": entry["dtype"], "shape": entry["shape"]} for key, entry in fixture["tensors"].items()}
                result["model"] = {"config": fixture["config"], "tensors": tensors}
        path = fixtures / "logits" / f"{base}.json" if is_long else target / f"{base}.json"
        path.write_text(json.dumps(result, indent=2) + "\n")
        print(name, float(numpy.abs(values).max()))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:])
