"""safetensors and huggingface_hub, asked to do what we do."""

from huggingface_hub.serialization._base import split_state_dict_into_shards_factory
from safetensors import safe_open
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
