"""Files of Megatron-LM's older format: loaded as Megatron-LM does, which trusts only a few classes."""

import argparse

import torch
import torch_files

torch.serialization.add_safe_globals([argparse.Namespace])


def load(path):
    """The tensors of a rank, and its arguments that are texts or whole numbers."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    plain = {name: value for name, value in vars(state["args"]).items() if type(value) in (int, str)}
    models = {key: value for key, value in state.items() if key.startswith("model")}
    return {
        "keys": list(state),
        "version": state["checkpoint_version"],
        "iteration": state["iteration"],
        "dtype": str(state["args"].params_dtype),
        "args": plain,
        "tensors": torch_files.flat(models),
        "names": {key: list(value) for key, value in models.items()},
    }


def rewrite(source, target):
    """Loads a file and saves it again."""
    torch.save(torch.load(source, weights_only=True), target)
