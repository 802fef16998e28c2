"""Computes what models say with an adapter beside their layers, in float32: the models of golden manifests, adapters of tests/Fixtures/peft.

    python tests/Conformance/Python/adapter_logits.py tests/Fixtures [NAME ...]

The real bridge loses the magnitudes of DoRA when it exports; they follow the rule of the manifests under the names of Megatron.
"""

import base64
import json
import pathlib
import sys
import tempfile

import adapters
import small_logits
import torch
from safetensors.torch import load_file, save_file

NAMES = ["llama-lora", "llama-dora", "llama-canonical", "qwen3moe-lora", "qwen3moe-lora-perexpert", "deepseek_v3-lora"]
TOKENS = [15, 35, 69, 117, 58, 13, 103, 86, 83, 94]
KEPT = 4  # logits of the last tokens


def magnitudes(config):
    """Those of a llama: Megatron has queries, keys and values group by group, and gate before up."""
    size, groups, heads = config["head_dim"], config["num_key_value_heads"], config["num_attention_heads"]
    queries, width, inner = heads // groups * size, config["hidden_size"], config["intermediate_size"]
    for layer in range(config["num_hidden_layers"]):
        def lengths(name, rows, layer=layer):
            return small_logits.rule(f"decoder.layers.{layer}.{name}.adapter.weight_magnitude", [rows], "BF16")

        qkv = lengths("self_attention.linear_qkv", groups * (queries + 2 * size)).reshape(groups, -1)
        gate, up = lengths("mlp.linear_fc1", 2 * inner).chunk(2)
        parts = {
            "self_attn.q_proj": qkv[:, :queries], "self_attn.k_proj": qkv[:, queries:-size], "self_attn.v_proj": qkv[:, -size:],
            "self_attn.o_proj": lengths("self_attention.linear_proj", width), "mlp.gate_proj": gate, "mlp.up_proj": up,
            "mlp.down_proj": lengths("mlp.linear_fc2", width),
        }  # fmt: skip
        for name, part in parts.items():
            yield f"{adapters.PREFIX}model.layers.{layer}.{name}.lora_magnitude_vector", part.flatten()


def main(fixtures, names):
    for name in names:
        folder = fixtures / "peft" / name
        manifest = json.loads((fixtures / "golden" / f"{name.split('-')[0]}.json").read_text())["hf"]
        config = json.loads((folder / "peft" / adapters.CONFIG).read_text())
        tensors = load_file(folder / "peft" / adapters.WEIGHTS)
        if config["use_dora"]:
            tensors |= dict(magnitudes(manifest["config"]))
        with tempfile.TemporaryDirectory() as base:
            weights = {key: small_logits.rule(key, entry["shape"], entry["dtype"]) for key, entry in manifest["tensors"].items()}
            save_file(weights, pathlib.Path(base, "model.safetensors"), {"format": "pt"})
            pathlib.Path(base, "config.json").write_text(json.dumps(manifest["config"]))
            model = adapters.open_float(base)
            with torch.no_grad():
                before = model(input_ids=torch.tensor([TOKENS]), use_cache=False).logits[0, -KEPT:]
                adapters.put_beside(model, config, tensors)
                values = model(input_ids=torch.tensor([TOKENS]), use_cache=False).logits[0, -KEPT:].contiguous().numpy()
        encoded = base64.b64encode(values.astype("<f4").tobytes()).decode()
        result = {"input_ids": TOKENS, "shape": list(values.shape), "values": encoded}
        (folder / "logits.json").write_text(json.dumps(result, indent=2) + "\n")
        print(name, adapters.relative(before, torch.from_numpy(values)))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2:] or NAMES)
