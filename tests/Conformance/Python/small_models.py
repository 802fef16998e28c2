"""Describes small models as the real transformers writes them. As a program: renews the descriptions of a folder's models.json."""

import json
import pathlib
import sys
import tempfile

import torch
import transformers
from safetensors import safe_open


def describe(fields):
    """The config.json and the tensors (element type and shape) of a bfloat16 model."""
    with tempfile.TemporaryDirectory() as folder:
        create(fields).to(torch.bfloat16).save_pretrained(folder)
        written = json.loads(pathlib.Path(folder, "config.json").read_text())
        tensors = {}
        with safe_open(pathlib.Path(folder, "model.safetensors"), "pt") as file:
            for name in sorted(file.keys()):
                tensor = file.get_slice(name)
                tensors[name] = {"dtype": tensor.get_dtype(), "shape": tensor.get_shape()}
    written.pop("transformers_version")
    return {"config": written, "tensors": tensors}


def create(fields):
    """A model with random weights, of the class that the config names, else the language model of its type."""
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "config.json").write_text(json.dumps(fields))
        config = transformers.AutoConfig.from_pretrained(folder)
    config.dtype = None
    return model_class(config)._from_config(config)


def model_class(config):
    """The class of a model of transformers: the one that its config names, else the language model of its type."""
    if config.architectures:
        return getattr(transformers, config.architectures[0])
    return transformers.models.auto.modeling_auto.MODEL_FOR_CAUSAL_LM_MAPPING[type(config)]


def is_known(model_type, architecture):
    """Whether transformers has the class itself, without code from elsewhere."""
    return model_type in transformers.CONFIG_MAPPING and hasattr(transformers, architecture)


def main(folder):
    for name, fields in json.loads((folder / "models.json").read_text()).items():
        description = describe(fields)
        tensors = ",\n".join(f"    {json.dumps(key)}: {json.dumps(value)}" for key, value in description["tensors"].items())
        config = json.dumps(description["config"], sort_keys=True)
        (folder / f"{name}.json").write_text(f'{{\n  "config": {config},\n  "tensors": {{\n{tensors}\n  }}\n}}\n')


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
