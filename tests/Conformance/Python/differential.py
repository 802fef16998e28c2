"""Makes random models of mutated configs with transformers, and computes logits of them."""

import base64
import json
import pathlib
import random

import hf_models
import mutations
import small_models
import torch
import transformers

TOKENS = 40
DRAWS = 5
ENOUGH = 1e-5  # of the largest logit: more than float32 loses, unless experts or tokens were chosen by the last bits
WITHOUT_LOGITS = ["qwen2_5_omni", "qwen3_omni_moe"]  # only their thinkers compute


def make(folder, config, seed):
    """Saves a model of a mutated config, only config.json where transformers has no such class. Returns what was made.

    The logits are those of float32 for numbers that bfloat16 has, in which half of the models are stored.
    """
    generator = random.Random(seed)
    config = {key: value for key, value in config.items() if key not in ("quantization_config", "torch_dtype")}
    case = {"changes": mutations.mutate(config, seed), "tokens": None, "logits": None}
    dtype = config["dtype"] = generator.choice(["float32", "bfloat16"])
    path = pathlib.Path(folder)
    path.mkdir(parents=True)
    (path / "config.json").write_text(json.dumps(config))
    case["model"] = small_models.is_known(config["model_type"], config["architectures"][0])
    if predicts(config) and generator.random() < 0.5:
        case["model"] = False  # transformers leaves out the layers for multi-token prediction
    if not case["model"]:
        return case
    model = create(folder, generator.randrange(2**31))
    if config["model_type"] not in WITHOUT_LOGITS:
        compute(model, config, generator, case)
    model.to(getattr(torch, dtype))
    model.config.get_text_config().dtype = model.dtype  # which save_pretrained sets outside only
    model.save_pretrained(folder)
    return case


def predicts(config):
    settings = mutations.text_settings(config)
    return any(settings.get(key) for key in ("num_nextn_predict_layers", "mtp_num_hidden_layers"))


def create(folder, seed):
    config = transformers.AutoConfig.from_pretrained(folder)
    config.dtype = torch.float32
    model_class = small_models.model_class(config)
    model = model_class._from_config(config, attn_implementation="eager", experts_implementation="eager").eval()
    for module in model.modules():
        if hasattr(module, "num_group"):
            module.num_experts = config.get_text_config().n_routed_experts  # DeepSeek-V2 asks for it, and does not set it
    torch.manual_seed(seed)
    with torch.no_grad():
        for name, value in model.state_dict().items():
            if not value.is_floating_point():
                value.copy_(torch.randint(config.get_text_config().n_routed_experts, value.shape) if "tid2eid" in name else value)
            elif "inv_freq" not in name:
                centre = 1.0 if value.dim() == 1 else 0.0
                value.copy_((torch.rand(value.shape) * 0.3 - 0.15 + centre).bfloat16().float())
    return model


def compute(model, config, generator, case):
    """Adds tokens and their logits to a case, if float32 decides which experts and tokens are chosen."""
    settings = mutations.text_settings(config)
    vocabulary = min(settings["vocab_size"], settings.get("vocab_size_per_layer_input") or settings["vocab_size"])
    usual = sorted(set(range(vocabulary)) - set(special_tokens(config)))
    for _ in range(DRAWS):
        tokens = [generator.choice(usual) for _ in range(TOKENS)]
        logits = forward(model.float(), tokens)
        if (forward(model.double(), tokens) - logits).abs().max() < ENOUGH * logits.abs().max():
            case["tokens"] = tokens
            case["logits"] = base64.b64encode(logits.float().contiguous().numpy().astype("<f4").tobytes()).decode()
            break
    model.float()


def forward(model, tokens):
    with torch.no_grad():
        return model(input_ids=torch.tensor([tokens]), use_cache=False).logits[0]


def special_tokens(config):
    """The numbers that stand for an image, a sound, ... in a config."""
    for key, value in config.items():
        if isinstance(value, dict):
            yield from special_tokens(value)
        elif key.endswith(("_token_id", "_token_index", "_token")) and isinstance(value, int):
            yield value


def same(first, second):
    """The tensors in which two folders differ for transformers."""
    take_token_numbers(first, second)
    left, right = (hf_models.open_model(folder).state_dict() for folder in (first, second))
    return sorted(set(left) ^ set(right)) + [name for name in left if name in right and not torch.equal(left[name], right[name])]


def take_token_numbers(first, second):
    """Sets in a config what no checkpoint knows, as the export tells its user to do."""
    left, right = (json.loads(pathlib.Path(folder, "config.json").read_text()) for folder in (first, second))
    for key in ("bos_token_id", "eos_token_id", "pad_token_id"):
        for one, other in ((left, right), (mutations.text_settings(left), mutations.text_settings(right))):
            if key in one or key in other:
                other[key] = one.get(key)
    pathlib.Path(second, "config.json").write_text(json.dumps(right))
