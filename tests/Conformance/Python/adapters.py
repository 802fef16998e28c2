"""Adapters of the library peft, from its documented format alone: made, and held against what the command makes of them."""

import json
import math
import pathlib
import re

import hf_models
import torch
from safetensors.torch import load_file, save_file

CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"
PREFIX = "base_model.model."
OWN = re.compile(r"base_model\.model\.(.*\.experts)\.(\d+)\.(gate|up|down)_proj\.lora_A\.weight")  # experts one by one
WHOLE = {
    "alpha_pattern": {}, "auto_mapping": None, "bias": "none", "exclude_modules": None, "fan_in_fan_out": False, "inference_mode": True,
    "init_lora_weights": True, "layer_replication": None, "layers_pattern": None, "layers_to_transform": None, "loftq_config": {},
    "lora_alpha": 8, "lora_bias": False, "lora_dropout": 0.0, "megatron_config": None, "megatron_core": "megatron.core",
    "modules_to_save": None, "peft_type": "LORA", "r": 8, "rank_pattern": {}, "revision": None, "target_modules": None,
    "target_parameters": None, "task_type": "CAUSAL_LM", "use_dora": False, "use_qalora": False, "use_rslora": False,
}  # fmt: skip


def make(folder, base, fields, dtype):
    """Saves a folder with random matrices for all that a config adapts in a model; returns the names of the tensors."""
    config = {**WHOLE, **fields, "base_model_name_or_path": base}
    generator = torch.Generator().manual_seed(7)
    tensors = {}
    model = open_float(base)
    for name, module in model.named_modules():
        if not is_target(config, name):
            continue
        rank, _ = rank_and_scale(config, name)
        rows, columns = module.weight.shape
        tensors[f"{PREFIX}{name}.lora_A.weight"] = torch.randn(rank, columns, generator=generator) * 0.2
        tensors[f"{PREFIX}{name}.lora_B.weight"] = torch.randn(rows, rank, generator=generator) * 0.2
        if config["use_dora"]:
            tensors[f"{PREFIX}{name}.lora_magnitude_vector"] = torch.rand(rows, generator=generator) + 0.5
    for module, depth, parameter, weight in packed(config, model):
        rank, _ = rank_and_scale(config, f"{module}.{parameter}")
        experts, inputs, outputs = experts_of(model, module, weight)
        place = f"{PREFIX}{module}{'.base_layer' * depth}"
        tensors[f"{place}.lora_A.weight"] = torch.randn(rank * experts, inputs, generator=generator) * 0.2
        tensors[f"{place}.lora_B.weight"] = torch.randn(outputs, rank * experts, generator=generator) * 0.2
    pathlib.Path(folder).mkdir()
    save_file({name: tensor.to(getattr(torch, dtype)) for name, tensor in tensors.items()}, pathlib.Path(folder, WEIGHTS))
    pathlib.Path(folder, CONFIG).write_text(json.dumps(config))
    return sorted(tensors)


def judge(base, adapter, merged):
    """
    Loads an adapter as its format says: every tensor has its place in the model, every place its tensor. Then computes all weights anew,
    and the logits of the model with the adapter beside its layers, and compares both with a merged model.
    """
    left, right = open_float(base), open_float(merged)
    config = json.loads(pathlib.Path(adapter, CONFIG).read_text())
    weights, hooked = put_beside(left, config, load_file(pathlib.Path(adapter, WEIGHTS)))
    found = right.state_dict()
    original = open_float(base).state_dict()
    tokens = torch.arange(3, 27).reshape(2, 12) % left.config.get_text_config().vocab_size
    with torch.no_grad():
        beside_logits, merged_logits, base_logits = (
            model(input_ids=tokens, use_cache=False).logits for model in (left, right, open_float(base))
        )
    return {
        "adapted": len(hooked),
        "error": max(relative(weights[name], found[name].double()) for name in weights),
        "untouched": all(torch.equal(original[name], found[name]) for name in original if name not in weights),
        "changed": all(not torch.equal(original[name], found[name]) for name in weights),
        "logits": relative(beside_logits, merged_logits),
        "effect": relative(base_logits, merged_logits),
    }


def put_beside(left, config, tensors):
    """Lets a model compute with an adapter beside its layers; returns all adapted weights, computed anew, and the modules."""
    config = {**WHOLE, **config}
    weights, hooked, expected = {}, [], set()
    for name, module in left.named_modules():
        if is_target(config, name):
            a, b = (tensors[f"{PREFIX}{name}.lora_{letter}.weight"].double() for letter in "AB")
            expected |= {f"{PREFIX}{name}.lora_{letter}.weight" for letter in "AB"}
            rank, scale = rank_and_scale(config, name)
            assert a.shape == (rank, module.weight.shape[1]) and b.shape == (module.weight.shape[0], rank), name
            magnitude = None
            if config["use_dora"]:
                expected.add(f"{PREFIX}{name}.lora_magnitude_vector")
                magnitude = tensors[f"{PREFIX}{name}.lora_magnitude_vector"].double()
                assert magnitude.shape == module.weight.shape[:1], name
            weights[f"{name}.weight"] = adapted(module.weight.double(), a, b, scale, magnitude)
            module.register_forward_hook(beside(a, b, scale, magnitude))
            hooked.append(name)
    for module, depth, parameter, weight in packed(config, left):
        rank, scale = rank_and_scale(config, f"{module}.{parameter}")
        experts, inputs, outputs = experts_of(left, module, weight)
        place = f"{PREFIX}{module}{'.base_layer' * depth}"
        a, b = (tensors[f"{place}.lora_{letter}.weight"].double() for letter in "AB")
        expected |= {f"{place}.lora_{letter}.weight" for letter in "AB"}
        assert a.shape == (rank * experts, inputs) and b.shape == (outputs, rank * experts), place
        changed = weight.detach().double().clone()
        for expert in range(experts):
            delta = scale * (b[:, expert::experts] @ a[expert * rank : (expert + 1) * rank])
            changed[expert] += delta if changed[expert].shape == delta.shape and not is_input_first(left, module) else delta.T
        weights[f"{module}.{parameter}"] = changed
        hooked.append(f"{module}.{parameter}")
        weight.data = changed.float()
    for name in [name for name in tensors if OWN.fullmatch(name)]:
        module, expert, part = OWN.fullmatch(name).groups()
        rank, scale = rank_and_scale(config, f"{module}.{expert}.{part}_proj")
        parameter = "down_proj" if part == "down" else "gate_up_proj"
        weight = left.get_submodule(module).get_parameter(parameter)
        if f"{module}.{parameter}" not in weights:
            weights[f"{module}.{parameter}"] = weight.detach().double().clone()
            hooked.append(f"{module}.{parameter}")
        rows = weights[f"{module}.{parameter}"][int(expert)]
        rows = rows if part == "down" else rows.chunk(2)[part == "up"]
        a, b = tensors[name].double(), tensors[name.replace("lora_A", "lora_B")].double()
        assert a.shape == (rank, rows.shape[1]) and b.shape == (rows.shape[0], rank), name
        rows += scale * (b @ a)
        weight.data = weights[f"{module}.{parameter}"].float()
        expected |= {name, name.replace("lora_A", "lora_B")}
    assert expected == set(tensors), sorted(expected ^ set(tensors))
    return weights, hooked


def has_peft():
    try:
        import peft  # noqa: F401
    except ImportError:
        return False
    return True


def of_peft(base, adapter, merged):
    """The same, with what the library itself makes of the folder; it must not find a tensor too few or too many."""
    import peft

    model = open_float(base)
    wrapped = peft.PeftModel.from_pretrained(model, adapter)
    own = load_file(pathlib.Path(adapter, WEIGHTS))
    loaded = peft.get_peft_model_state_dict(wrapped)
    as_it_was = any(map(OWN.fullmatch, own)) or set(own) == set(loaded) and all(torch.equal(own[name].float(), loaded[name].float()) for name in own)
    theirs, ours = wrapped.merge_and_unload().state_dict(), open_float(merged).state_dict()
    return {
        "same_names": set(theirs) == set(ours),
        "as_it_was": as_it_was,
        "error": max(relative(theirs[name].double(), ours[name].double()) for name in ours),
    }


def open_float(folder):
    return hf_models.open_model(folder).float()


def adapted(weight, a, b, scale, magnitude):
    changed = weight.detach() + scale * (b @ a)
    return changed if magnitude is None else changed * (magnitude / changed.norm(dim=1)).unsqueeze(1)


def beside(a, b, scale, magnitude):
    """What a layer gives with the adapter beside it: its own product, and those of the small matrices."""

    def forward(module, inputs, output):
        x = inputs[0].double()
        bias = 0 if module.bias is None else module.bias.double()
        low = scale * (x @ a.T @ b.T)
        if magnitude is None:
            return (output.double() + low).to(output.dtype)
        lengths = (module.weight.double() + scale * (b @ a)).norm(dim=1)
        return ((magnitude / lengths) * (output.double() - bias + low) + bias).to(output.dtype)

    return forward


def is_target(config, name):
    excluded, targets = config["exclude_modules"], config["target_modules"]
    return names(targets, name) and not names(excluded, name)


def names(targets, name):
    if isinstance(targets, str):
        return re.fullmatch(targets, name) is not None
    return any(name == target or name.endswith("." + target) for target in targets or [])


def rank_and_scale(config, name):
    rank = first(config["rank_pattern"], name, config["r"])
    alpha = first(config["alpha_pattern"], name, config["lora_alpha"])
    return rank, alpha / (math.sqrt(rank) if config["use_rslora"] else rank)


def first(patterns, name, default):
    return next((number for key, number in patterns.items() if re.match(rf"(.*\.)?({key})$", name)), default)


def packed(config, model):
    """Parameters that are adapted themselves: module, how deep its matrices lie below those of later parameters, name, tensor."""
    for name, module in model.named_modules():
        own = [
            (parameter, tensor)
            for parameter, tensor in module.named_parameters(recurse=False)
            if any(f".{name}.{parameter}".endswith("." + target) for target in config["target_parameters"] or [])
        ]
        for place, (parameter, tensor) in enumerate(own):
            yield name, len(own) - 1 - place, parameter, tensor


def experts_of(model, module, weight):
    experts, rows, columns = weight.shape
    return (experts, rows, columns) if is_input_first(model, module) else (experts, columns, rows)


def is_input_first(model, module):
    return getattr(model.get_submodule(module), "is_transposed", False)


def relative(left, right):
    return float((left - right).abs().max() / left.abs().max())
