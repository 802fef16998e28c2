"""safetensors and huggingface_hub, asked to do what we do."""

import hashlib

from huggingface_hub.serialization._base import split_state_dict_into_shards_factory
from safetensors import SafetensorError, deserialize, safe_open
from safetensors.torch import save_file

import tensors


def describe(path):
    with safe_open(path, "pt") as file:
        return tensors.describe_all({name: file.get_tensor(name) for name in file.keys()})


def rewrite(source, target):
    """Reads a file and writes it again."""
    with safe_open(source, "pt") as file:
        content = {name: file.get_tensor(name) for name in file.keys()}
        save_file(content, target, file.metadata())


def shards(sizes, limit):
    """Files, and the tensors in each, for tensors of these sizes in bytes."""
    split = split_state_dict_into_shards_factory(
        {f"{i}": size for i, size in enumerate(sizes)},
        get_storage_size=lambda size: size,
        filename_pattern="model{suffix}.safetensors",
        max_shard_size=limit,
    )
    return [[name, list(names)] for name, names in split.filename_to_tensors.items()]


def save(path, spec, metadata):
    """Writes random tensors; spec is a list of [name, dtype, shape]."""
    made = {name: tensors.random(dtype, shape, seed) for seed, (name, dtype, shape) in enumerate(spec)}
    save_file(made, path, metadata)
    return tensors.describe_all(made)


def judge(paths):
    """For each file what is in it, or null where it breaks the format."""
    return [judge_one(path) for path in paths]


def judge_one(path):
    try:
        with open(path, "rb") as file:
            content = deserialize(file.read())
    except SafetensorError:
        return None
    return {
        name: {
            "dtype": tensor["dtype"],
            "shape": tensor["shape"],
            "sha256": hashlib.sha256(tensor["data"]).hexdigest(),
        }
        for name, tensor in content
    }
