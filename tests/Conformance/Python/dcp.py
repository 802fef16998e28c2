"""torch.distributed.checkpoint, asked to read what we write and to write what we read."""

import torch
import torch.distributed.checkpoint as dcp
from torch.distributed.checkpoint.default_planner import _EmptyStateDictLoadPlanner
from torch.distributed.checkpoint.state_dict_loader import _load_state_dict

import tensors


def load(path):
    """Everything in a checkpoint: tensors described, other values printed."""
    found = {}
    _load_state_dict(found, dcp.FileSystemReader(path), planner=_EmptyStateDictLoadPlanner(), no_dist=True)
    return {
        "tensors": {key: tensors.describe(value) for key, value in found.items() if isinstance(value, torch.Tensor)},
        "objects": {key: repr(value) for key, value in found.items() if not isinstance(value, torch.Tensor)},
    }


def save(path, spec, thread_count):
    """Saves random tensors, some of them transposed, and a few objects; spec is a list of [key, dtype, shape]."""
    state = {key: tensors.random(dtype, shape, seed) for seed, (key, dtype, shape) in enumerate(spec)}
    for number, key in enumerate(state):
        if state[key].dim() == 2 and number % 2 == 0:
            state[key] = state[key].T.contiguous().T
    objects = {"step": 7, "text": "ä", "list": [1, 2.5, None], "nested": {"deep": {"flag": True}}}
    dcp.save(
        {"model": state, "objects": objects},
        storage_writer=dcp.FileSystemWriter(path, thread_count=thread_count),
        no_dist=True,
    )
    return {f"model.{key}": description for key, description in tensors.describe_all(state).items()}
