"""Models that no library on the machine computes, written straight from their formulas with torch, in the simplest way that gives the numbers."""

import copy

import torch
import transformers
from transformers.models.llama import modeling_llama

NAMES = ["llama_nemotron"]


def linear(weights, name, x):
    y = x @ weights[name + ".weight"].T
    return y + weights[name + ".bias"] if name + ".bias" in weights else y


def nested(weights, prefix):
    return {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}


def llama_nemotron(config, weights, tokens):
    """Llama's own attention and MLP of transformers, each layer with its heads and width; a linear layer or nothing where the blocks say so."""
    llama = transformers.LlamaConfig(
        **{key: config[key] for key in ("hidden_size", "num_attention_heads", "rms_norm_eps", "rope_parameters", "vocab_size", "max_position_embeddings")}
    )
    llama._attn_implementation = "eager"
    x = weights["model.embed_tokens.weight"][tokens][None]
    rotary = modeling_llama.LlamaRotaryEmbedding(llama)(x, torch.arange(len(tokens))[None])
    mask = torch.full((len(tokens), len(tokens)), float("-inf")).triu(1)[None, None]
    for number, block in enumerate(config["block_configs"]):
        own = nested(weights, f"model.layers.{number}.")
        for part, module, norm in (("attention", "self_attn", "input_layernorm"), ("ffn", "mlp", "post_attention_layernorm")):
            if block[part]["no_op"]:
                continue
            normed = rms_norm(x, own[norm + ".weight"], config["rms_norm_eps"])
            if block[part]["replace_with_linear"]:
                x = x + linear(own, f"{module}.linear_{'attn' if module == 'self_attn' else 'mlp'}", normed)
                continue
            inner = copy.deepcopy(llama)
            values = nested(own, module + ".")
            if part == "attention":
                inner.num_key_value_heads = llama.num_attention_heads // block[part]["n_heads_in_group"]
                built = modeling_llama.LlamaAttention(inner, number)
                built.load_state_dict(values)
                x = x + built(normed, rotary, mask)[0].detach()
            else:
                inner.intermediate_size = values["gate_proj.weight"].shape[0]
                built = modeling_llama.LlamaMLP(inner)
                built.load_state_dict(values)
                x = x + built(normed).detach()
    x = rms_norm(x, weights["model.norm.weight"], config["rms_norm_eps"])
    return (x @ weights["lm_head.weight"].T)[0]


def rms_norm(x, weight, epsilon):
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + epsilon) * weight
