"""Models that no library on the machine computes, written straight from their formulas with torch, in the simplest way that gives the numbers."""

import copy

import torch
import transformers
from transformers.models.llama import modeling_llama

NAMES = ["llama_nemotron", "step3p5", "step3p7", "mimo_v2_flash", "mimo_v2_flash-mtp", "kimi_k3"]


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

def rotated(heads, base, channels, llama3=None):
    """Heads [tokens, heads, size] whose first channels turn with the position, half of these apart; slow ones slower, as in Llama 3.1."""
    frequencies = base ** (-torch.arange(0, channels, 2, dtype=torch.float32) / channels)
    if llama3:
        turns = llama3["original_max_position_embeddings"] * frequencies / (2 * torch.pi)
        low, high = llama3["low_freq_factor"], llama3["high_freq_factor"]
        share = ((turns - low) / (high - low)).clamp(0, 1)
        frequencies = (1 - share) * frequencies / llama3["factor"] + share * frequencies
    angles = torch.arange(len(heads), dtype=torch.float32)[:, None] * frequencies
    cosines, sines = angles.cos()[:, None], angles.sin()[:, None]
    first, second = heads[..., : channels // 2], heads[..., channels // 2 : channels]
    return torch.cat((first * cosines - second * sines, second * cosines + first * sines, heads[..., channels:]), -1)


def attention(queries, keys, values, scale, window=None, sinks=None):
    """Causal attention of [tokens, heads, size]; a sink takes its share of the softmax and gives nothing."""
    tokens, heads, _ = queries.shape
    keys = keys.repeat_interleave(heads // keys.shape[1], 1)
    values = values.repeat_interleave(heads // values.shape[1], 1)
    scores = torch.einsum("qhd,khd->hqk", queries, keys) * scale
    distance = torch.arange(tokens)[:, None] - torch.arange(tokens)
    scores = scores.masked_fill((distance < 0) | (distance >= (window or tokens)), float("-inf"))
    if sinks is not None:
        scores = torch.cat((scores, sinks[:, None, None].expand(-1, tokens, 1)), -1)
    return torch.einsum("hqk,khd->qhd", scores.softmax(-1)[..., :tokens], values)


def gated_mlp(x, gate, up, down, bend):
    return bend(x @ gate.T, x @ up.T) @ down.T


def swiglu(limit=None):
    """Step's bounds are on what comes out of SiLU, not on what goes in."""
    bound = limit or float("inf")
    return lambda gate, up: torch.nn.functional.silu(gate).clamp(max=bound) * up.clamp(-bound, bound)


def experts(seen, x, router, bias, choices, factor, expert):
    """Sigmoid scores of what the router sees; the bias only chooses; the chosen scores add up to the factor."""
    scores = (seen @ router.T).sigmoid()
    chosen = (scores + bias).topk(choices, -1).indices
    shares = scores.gather(-1, chosen)
    shares = shares / shares.sum(-1, keepdim=True) * factor
    rows = [sum(shares[t, c] * expert(int(chosen[t, c]), x[t]) for c in range(choices)) for t in range(len(x))]
    return torch.stack(rows)


def step3p5(config, weights, tokens):
    """As the code that comes with the released weights: zero-centred norms, a gate for each head, heads and rotary of each layer."""
    config = config.get("text_config") or config
    epsilon = config["rms_norm_eps"]
    size = config["head_dim"]

    def norm(x, weight):
        return rms_norm(x, weight + 1, epsilon)

    x = weights["model.embed_tokens.weight"][tokens]
    moe_layers = {int(layer) for layer in config["moe_layers_enum"].split(",")}
    for number in range(config["num_hidden_layers"]):
        own = nested(weights, f"model.layers.{number}.")
        is_sliding = config["layer_types"][number] == "sliding_attention"
        base, channels = config["rope_theta"][number], int(size * config["partial_rotary_factors"][number])
        y = norm(x, own["input_layernorm.weight"])
        q, k, v = (linear(own, f"self_attn.{part}_proj", y).unflatten(-1, (-1, size)) for part in "qkv")
        q, k = norm(q, own["self_attn.q_norm.weight"]), norm(k, own["self_attn.k_norm.weight"])
        rope = config["rope_parameters"]
        is_scaled = rope["rope_type"] == "llama3" and config["layer_types"][number] in config["yarn_only_types"]
        q, k = (rotated(heads, base, channels, rope if is_scaled else None) for heads in (q, k))
        seen = attention(q, k, v, size**-0.5, config["sliding_window"] if is_sliding else None)
        seen = seen * linear(own, "self_attn.g_proj", y).sigmoid()[..., None]
        x = x + linear(own, "self_attn.o_proj", seen.flatten(1))

        y = norm(x, own["post_attention_layernorm.weight"])
        shared = swiglu(config["swiglu_limits_shared"][number])
        dense = "share_expert" if number in moe_layers else "mlp"
        x = x + gated_mlp(y, *(own[f"{dense}.{part}_proj.weight"] for part in ("gate", "up", "down")), shared)
        if number in moe_layers:
            bend = swiglu(config["swiglu_limits"][number])
            parts = [own[f"moe.{part}_proj.weight"] for part in ("gate", "up", "down")]
            x = x + experts(
                y,
                y,
                own["moe.gate.weight"],
                own["moe.router_bias"],
                config["moe_top_k"],
                config["moe_router_scaling_factor"],
                lambda expert, row: gated_mlp(row, *(part[expert] for part in parts), bend),
            )
    return norm(x, weights["model.norm.weight"]) @ weights["lm_head.weight"].T


step3p7 = step3p5


def mimo_v2_flash(config, weights, tokens):
    """As the code that comes with the released weights, and its factor of the values, which that code leaves to those who serve it."""
    epsilon = config["layernorm_epsilon"]
    x = weights["model.embed_tokens.weight"][tokens]
    for number in range(config["num_hidden_layers"]):
        own = nested(weights, f"model.layers.{number}.")
        is_sliding = config["hybrid_layer_pattern"][number] == 1
        prefix = "swa_" if is_sliding else ""
        size, value_size = config[prefix + "head_dim"], config[prefix + "v_head_dim"]
        base, channels = config[prefix + "rope_theta"], int(size * config["partial_rotary_factor"])
        y = rms_norm(x, own["input_layernorm.weight"], epsilon)
        q, k = (linear(own, f"self_attn.{part}_proj", y).unflatten(-1, (-1, size)) for part in "qk")
        v = linear(own, "self_attn.v_proj", y).unflatten(-1, (-1, value_size)) * config["attention_value_scale"]
        q, k = rotated(q, base, channels), rotated(k, base, channels)
        sinks = own.get("self_attn.attention_sink_bias")
        seen = attention(q, k, v, size**-0.5, config["sliding_window"] if is_sliding else None, sinks)
        x = x + linear(own, "self_attn.o_proj", seen.flatten(1))

        y = rms_norm(x, own["post_attention_layernorm.weight"], epsilon)
        if not config["moe_layer_freq"][number]:
            x = x + gated_mlp(y, *(own[f"mlp.{part}_proj.weight"] for part in ("gate", "up", "down")), swiglu())
            continue
        x = x + experts(
            y,
            y,
            own["mlp.gate.weight"],
            own["mlp.gate.e_score_correction_bias"],
            config["num_experts_per_tok"],
            config["routed_scaling_factor"] or 1.0,
            lambda expert, row: gated_mlp(
                row, *(own[f"mlp.experts.{expert}.{part}_proj.weight"] for part in ("gate", "up", "down")), swiglu()
            ),
        )
    return rms_norm(x, weights["model.norm.weight"], epsilon) @ weights["lm_head.weight"].T


def kimi_delta_attention(config, own, y, epsilon):
    """The recurrence as it is published, token by token: a state of each head, S [keys, values], fades, is corrected, is asked."""
    settings = config["linear_attn_config"]
    size = settings["head_dim"]

    def convolved(part):
        x, kernel = linear(own, f"{part}_proj", y), own[f"{part}_conv1d.weight"][:, 0]
        padded = torch.cat((x.new_zeros(kernel.shape[1] - 1, x.shape[1]), x))
        x = sum(padded[i : i + len(x)] * kernel[:, i] for i in range(kernel.shape[1]))
        return torch.nn.functional.silu(x).unflatten(-1, (-1, size))

    q, k, v = (convolved(part) for part in "qkv")
    q, k = (heads / (heads.square().sum(-1, keepdim=True) + 1e-6).sqrt() for heads in (q, k))
    gate = (linear(own, "f_b_proj", linear(own, "f_a_proj", y)) + own["dt_bias"]).unflatten(-1, (-1, size))
    fade = (settings["gate_lower_bound"] * (own["A_log"].exp()[:, None] * gate).sigmoid()).exp()
    beta = linear(own, "b_proj", y).sigmoid()
    state = y.new_zeros(q.shape[1], size, size)
    rows = []
    for t in range(len(y)):
        state = state * fade[t][..., None]
        known = torch.einsum("hk,hkv->hv", k[t], state)
        state = state + torch.einsum("hk,hv->hkv", k[t], (v[t] - known) * beta[t][:, None])
        rows.append(torch.einsum("hk,hkv->hv", q[t] * size**-0.5, state))
    seen = rms_norm(torch.stack(rows), own["o_norm.weight"], epsilon)
    return linear(own, "o_proj", (seen * linear(own, "g_proj", y).unflatten(-1, (-1, size)).sigmoid()).flatten(1))


def kimi_latent_attention(config, own, y, _):
    epsilon = 1e-6  # not rms_norm_eps
    plain, extra, values = config["qk_nope_head_dim"], config["qk_rope_head_dim"], config["v_head_dim"]
    q = linear(own, "q_b_proj", rms_norm(linear(own, "q_a_proj", y), own["q_a_layernorm.weight"], epsilon))
    q = q.unflatten(-1, (-1, plain + extra))
    latent, shared = linear(own, "kv_a_proj_with_mqa", y).split((config["kv_lora_rank"], extra), -1)
    both = linear(own, "kv_b_proj", rms_norm(latent, own["kv_a_layernorm.weight"], epsilon)).unflatten(-1, (-1, plain + values))
    k = torch.cat((both[..., :plain], shared[:, None].expand(-1, q.shape[1], -1)), -1)
    seen = attention(q, k, both[..., plain:], (plain + extra) ** -0.5)
    return linear(own, "o_proj", seen.flatten(1) * linear(own, "g_proj", y).sigmoid())


def situ(gate, up):
    return 4 * torch.tanh(gate / 4) * gate.sigmoid() * 25 * torch.tanh(up / 25)


def kimi_k3(config, weights, tokens):
    """Upstream's layers in plain torch; what fla computes there follows its published formulas."""
    config, weights = config["text_config"], nested(weights, "language_model.")
    epsilon = config["rms_norm_eps"]

    def weighed(rows, own, name):
        """Softmax weights of the rows [tokens, rows, hidden], by a score of each."""
        scores = linear(own, f"{name}_proj", rms_norm(rows, own[f"{name}_norm.weight"], epsilon))
        return (scores.softmax(1) * rows).sum(1)

    x = weights["model.embed_tokens.weight"][tokens]
    bank = []
    for number in range(config["num_hidden_layers"]):
        own = nested(weights, f"model.layers.{number}.")
        mixer = nested(own, "self_attn.")
        y = weighed(torch.stack((*bank, x), 1), own, "self_attention_res") if bank else x
        y = rms_norm(y, own["input_layernorm.weight"], epsilon)
        is_delta = number + 1 in config["linear_attn_config"]["kda_layers"]
        y = (kimi_delta_attention if is_delta else kimi_latent_attention)(config, mixer, y, epsilon)
        if number % config["attn_res_block_size"] == 0:
            bank.append(x)
            x = y
        else:
            x = x + y

        y = weighed(torch.stack((*bank, x), 1), own, "mlp_res")
        y = rms_norm(y, own["post_attention_layernorm.weight"], epsilon)
        if number < config["first_k_dense_replace"]:
            x = x + gated_mlp(y, *(own[f"mlp.{part}_proj.weight"] for part in ("gate", "up", "down")), situ)
            continue
        moe = nested(own, "block_sparse_moe.")
        latent = linear(moe, "routed_expert_down_proj", y)
        routed = experts(
            y,
            latent,
            moe["gate.weight"],
            moe["gate.e_score_correction_bias"],
            config["num_experts_per_token"],
            config["routed_scaling_factor"],
            lambda expert, row: gated_mlp(
                row, *(moe[f"experts.{expert}.{part}.weight"] for part in ("w1", "w3", "w2")), situ
            ),
        )
        routed = linear(moe, "routed_expert_up_proj", rms_norm(routed, moe["routed_expert_norm.weight"], epsilon))
        shared = [moe[f"shared_experts.{part}_proj.weight"] for part in ("gate", "up", "down")]
        x = x + routed + gated_mlp(y, *shared, situ)
    x = weighed(torch.stack((*bank, x), 1), nested(weights, "model."), "output_attn_res")
    return rms_norm(x, weights["model.norm.weight"], epsilon) @ weights["lm_head.weight"].T
