"""Files of torch.save, written and read by the real torch."""

import collections

import tensors
import torch


def flat(value, path=""):
    """All tensors in a value, each under its path."""
    if isinstance(value, torch.Tensor):
        return {path: tensors.describe(value)}
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, (list, tuple)):
        items = enumerate(value)
    else:
        return {}
    found = {}
    for key, item in items:
        found.update(flat(item, f"{path}.{key}" if path else str(key)))
    return found


def load(path):
    """What a careful program gets: nothing but data may be in the file."""
    return flat(torch.load(path, weights_only=True))


def rewrite(source, target):
    """Loads a file and saves it again."""
    torch.save(torch.load(source, weights_only=True), target)


def save(path, what, legacy=False):
    made = globals()[what]()
    torch.save(made, path, _use_new_zipfile_serialization=not legacy)
    return flat(made)


def dtypes():
    return {name: tensors.random(name, [3, 6], seed) for seed, name in enumerate(tensors.DTYPES)}


def views():
    """Tensors that share a storage, lie in it in another order, or are scalars or empty."""
    base = torch.arange(60, dtype=torch.float32).reshape(3, 4, 5)
    return {
        "base": base,
        "row": base[1],
        "column": base[:, :, 2],
        "transposed": base.transpose(0, 2),
        "every second": base[:, ::2],
        "expanded": torch.arange(4, dtype=torch.int64).reshape(4, 1).expand(4, 3),
        "scalar": torch.tensor(2.5, dtype=torch.bfloat16),
        "empty": torch.empty(0, 7),
        "parameter": torch.nn.Parameter(torch.ones(2, 2)),
        "conjugate": torch.tensor([1 + 2j, 3 - 1j]).conj(),
    }


def nested():
    shared = torch.arange(6, dtype=torch.float16).reshape(2, 3)
    return collections.OrderedDict(
        step=7,
        large=1 << 80,
        rate=1e-5,
        name="stück",
        flags=[True, False, None],
        pair=(1, ("a", 2.0, shared)),
        state={"weight": shared, "empty": {}, "size": shared.shape, "dtype": shared.dtype},
    )


def module():
    torch.manual_seed(3)
    model = torch.nn.Sequential(torch.nn.Linear(5, 7), torch.nn.LayerNorm(7), torch.nn.Linear(7, 2, bias=False))
    return model.to(torch.bfloat16).state_dict()
