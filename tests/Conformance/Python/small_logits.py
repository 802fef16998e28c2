"""Computes the logits of small models with transformers, in float32 on weights that follow the rule of the golden manifests.

    python tests/Conformance/Python/small_logits.py tests/Fixtures tests/Fixtures/logits [BASE ...]

Each line of CASES is a fixture (a golden manifest or a model of tests/Fixtures/transformers), what is changed in its config, and a name.
"""

import base64
import json
import pathlib
import sys
import tempfile

import numpy
import safetensors.torch
import torch
import transformers

LONG = {"original_max_position_embeddings": 8, "rope_parameters.original_max_position_embeddings": 8}
FACTORS = {
    "attention_in_multiplier": 0.8,
    "attention_out_multiplier": 1.3,
    "embedding_multiplier": 2.5,
    "key_multiplier": 0.7,
    "lm_head_multiplier": 0.6,
    "mamba_norm_before_gate": True,
    "mlp_multipliers": [0.9, 1.4],
    "ssm_in_multiplier": 1.2,
    "ssm_multipliers": [0.5, 1.5, 0.75, 1.25, 0.9],
    "ssm_out_multiplier": 0.65,
}
PURE_ROTATION = {"rope_parameters.compress.attention_factor": 1.0}  # as in what transformers makes of a released config
UNNORMED = {"norm_topk_prob": False, "rms_norm_eps": 0.01}
ONE_EXPERT = {"num_experts_per_tok": 1}
STRETCHED = {"rope_parameters.rope_type": "linear", "rope_parameters.factor": 8.0}
SUFFIXES = [
    (LONG, "-long"),
    (FACTORS, "-factors"),
    (UNNORMED, "-unnormed"),
    (ONE_EXPERT, "-one-expert"),
    (STRETCHED, "-stretched"),
]
CASES = [
    ("transformers/cohere", {}),
    ("transformers/cohere-plus", {}),
    ("transformers/cohere2", {"sliding_window": 5}),
    ("transformers/gpt2", {}),
    ("transformers/gpt_neox", {}),
    ("transformers/granite-biases", {}),
    ("transformers/llama-attention-bias", {}),
    ("transformers/llama-mlp-bias", {}),
    ("transformers/ministral3", {"rope_parameters.original_max_position_embeddings": 7}),
    ("transformers/olmo2", {}),
    ("transformers/olmo2-groups", {}),
    ("transformers/olmo3", {"sliding_window": 5}),
    ("transformers/olmo3-uneven", {"sliding_window": 5}),
    ("transformers/phi", {}),
    ("transformers/phi-groups", {}),
    ("transformers/phi3", {}),
    ("transformers/phi4-mini", {}),
    ("transformers/phi4-mini", LONG),
    ("transformers/phimoe", {}),
    ("transformers/phimoe-unbiased", {}),
    ("transformers/smollm3-window", {"sliding_window": 5}),
    ("transformers/starcoder2", {"sliding_window": 5}),
    ("transformers/starcoder2-unbiased", {}),
    ("golden/mistral-swa-tied", {"sliding_window": 5}),
    ("golden/mixtral-window", {"sliding_window": 5}),
    ("golden/gemma2", {"sliding_window": 5}),
    ("golden/gemma3", {"sliding_window": 5}),
    ("golden/gemma3-linear", {"sliding_window": 5}),
    ("golden/gemma4-e4b", {"sliding_window": 5}),
    ("golden/gemma4_moe-26b", {"sliding_window": 5}),
    ("golden/gpt_oss", {"sliding_window": 5}),
    ("golden/exaone4", {"sliding_window": 5}),
    ("golden/exaone_moe", {"sliding_window": 5}),
    ("golden/deepseek_v3", {}),
    ("golden/deepseek_v3", UNNORMED),
    ("golden/deepseek_v3", ONE_EXPERT),
    ("golden/deepseek_v3-mtp", {}),
    ("golden/deepseek_v2", {}),
    ("golden/llama", {}),
    ("golden/qwen2-yarn", {}),
    ("golden/qwen3moe-8", {}),
    ("golden/qwen2-tied-swa", {"sliding_window": 5}),
    ("golden/qwen3_next", {}),
    ("golden/qwen3_next", UNNORMED),
    ("golden/glm4_moe", ONE_EXPERT),
    ("golden/glm4_moe_lite", {"rms_norm_eps": 0.01}),
    ("golden/hy_v3", ONE_EXPERT),
    ("golden/minimax_m2", ONE_EXPERT),
    ("golden/nemotron", STRETCHED),
    ("golden/nemotron_h-moe", {}),
    ("golden/falcon_h1", {}),
    ("golden/falcon_h1", FACTORS),
    ("golden/glm_moe_dsa", {"index_topk": 6}),  # of eight, some scores would be equal
    ("golden/minimax_m3_vl-sparse", {"text_config.index_block_size": 4, "text_config.rotary_dim": 16}),  # rotary_dim is read by nothing
    ("golden/deepseek_v4", PURE_ROTATION),
    ("golden/deepseek_v4-mtp", PURE_ROTATION),
    ("golden/deepseek_v4-released", PURE_ROTATION),
    ("logits/models/deepseek_v4-all", {}),  # small_models.py has written it, of the fields in models.json there
]
TOKENS = 24
MORE_TOKENS = {"logits/models/deepseek_v4-all": 388}  # one of its layers makes one of 128
KEPT = 8  # logits of the last tokens
INTEGERS = {"I32": torch.int32, "I64": torch.int64}


def rule(name, shape, dtype, experts=None):
    seed = 0xCBF29CE484222325
    for octet in name.encode():
        seed = ((seed ^ octet) * 0x100000001B3) % 2**64
    count = int(numpy.prod(shape, dtype=numpy.int64))
    with numpy.errstate(over="ignore"):
        z = numpy.uint64(seed) + numpy.arange(1, count + 1, dtype=numpy.uint64) * numpy.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        z = z ^ (z >> numpy.uint64(31))
    if dtype in INTEGERS:  # a table of experts for each token
        return torch.from_numpy((z & numpy.uint64(0xFF)).astype(numpy.int64).reshape(shape) % experts).to(INTEGERS[dtype])
    value = ((z >> numpy.uint64(40)).astype(numpy.float32) / numpy.float32(16777216) - numpy.float32(0.5)) * numpy.float32(0.2)
    if len(shape) == 1:
        value = value + numpy.float32(1)
    kinds = {"BF16": torch.bfloat16, "F16": torch.float16, "F32": torch.float32, "F64": torch.float64}
    return torch.from_numpy(value.astype(numpy.float32).reshape(shape)).to(kinds[dtype])


def change(config, key, value):
    *outer, last = key.split(".")
    for part in outer:
        config = config[part]
    config[last] = value


def logits(config, tensors, tokens):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        (path / "config.json").write_text(json.dumps(config))
        experts = config.get("n_routed_experts")
        weights = {name: rule(name, entry["shape"], entry["dtype"], experts).contiguous() for name, entry in tensors.items()}
        safetensors.torch.save_file(weights, path / "model.safetensors", {"format": "pt"})
        model_class = getattr(transformers, config["architectures"][0])
        model = model_class.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        with torch.no_grad():
            return model(input_ids=torch.tensor([tokens]), use_cache=False).logits[0, -KEPT:].contiguous().numpy()


def main(fixtures, target, names):
    target.mkdir(parents=True, exist_ok=True)
    for base, changes in CASES:
        if names and base not in names:
            continue
        fixture = json.loads((fixtures / (base + ".json")).read_text())
        fixture = fixture.get("hf", fixture)
        for key, value in changes.items():
            change(fixture["config"], key, value)
        vocabulary = fixture["config"].get("text_config", fixture["config"])["vocab_size"]
        tokens = [(15 + 37 * i + i * i) % (vocabulary - 4) + 4 for i in range(MORE_TOKENS.get(base, TOKENS))]
        name = base.split("/")[-1] + "".join(suffix for named, suffix in SUFFIXES if changes is named)
        try:
            values = logits(fixture["config"], fixture["tensors"], tokens)
        except Exception as error:  # a model that this transformers cannot run is none of our cases
            print(name, "fails:", repr(error)[:300])
            continue
        encoded = base64.b64encode(values.astype("<f4").tobytes()).decode()
        result = {"base": base, "changes": changes, "input_ids": tokens, "shape": list(values.shape), "values": encoded}
        (target / (name + ".json")).write_text(json.dumps(result, indent=2) + "\n")
        print(name, float(numpy.abs(values).max()))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:])
