"""Models of transformers: made, saved, loaded and run."""

import json

import small_models
import tensors
import torch
import transformers
from tokenizers import Tokenizer, models, pre_tokenizers


def make(folder, config, dtype, shard_size):
    """Saves a model with random weights, norms and biases included, and a tokenizer beside it."""
    torch.manual_seed(1)
    model = small_models.create(config)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.05)
    model.to(getattr(torch, dtype)).save_pretrained(folder, max_shard_size=shard_size)
    words = {f"t{number}": number for number in range(model.config.get_text_config().vocab_size)}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="t0"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="t0", eos_token="t1").save_pretrained(folder)


def same(first, second, computes=True):
    """Loads two folders with the Auto classes and compares all that a user would meet."""
    left, right = open_model(first), open_model(second)
    a, b = left.state_dict(), right.state_dict()
    tokens = torch.arange(3, 27).reshape(2, 12) % left.config.get_text_config().vocab_size
    logits, others = torch.zeros(2), torch.zeros(2)
    if computes:
        with torch.no_grad():
            logits, others = (model(input_ids=tokens, use_cache=False).logits for model in (left, right))
    text = "t3 t5 t7"
    ids, other_ids = (transformers.AutoTokenizer.from_pretrained(folder)(text).input_ids for folder in (first, second))
    return {
        "dtype": tensors.NAMES[right.dtype],
        "finite": bool(torch.isfinite(logits).all()),
        "spread": float(logits.float().std()),
        "weights": list(a) == list(b) and all(torch.equal(a[name], b[name]) for name in a),
        "logits": torch.equal(logits, others),
        "tokens": ids == other_ids,
        "config": differences(left.config.to_dict(), right.config.to_dict()),
    }


def open_model(folder):
    model_class = small_models.model_class(transformers.AutoConfig.from_pretrained(folder))
    model, info = model_class.from_pretrained(folder, dtype="auto", output_loading_info=True)
    wrong = {kind: sorted(map(str, names)) for kind, names in info.items() if names}
    assert not wrong, json.dumps(wrong)
    return model.eval()


def differences(left, right):
    ignored = {"_name_or_path", "transformers_version"}
    return sorted(key for key in set(left) | set(right) if key not in ignored and left.get(key) != right.get(key))
