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
    config = transformers.AutoConfig.for_model(**fields)
    model = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        written = json.loads(pathlib.Path(folder, "config.json").read_text())
        tensors = {}
        with safe_open(pathlib.Path(folder, "model.safetensors"), "pt") as file:
            for name in sorted(file.keys()):
                tensor = file.get_slice(name)
                tensors[name] = {"dtype": tensor.get_dtype(), "shape": tensor.get_shape()}
    written.pop("transformers_version")
    return {"config": written, "tensors": tensors}


def is_known(model_type):
    """Whether transformers has models of that type itself, without code from elsewhere."""
    return model_type in transformers.models.auto.modeling_auto.MODEL_FOR_CAUSAL_LM_MAPPING_NAMES


def main(folder):
    for name, fields in json.loads((folder / "models.json").read_text()).items():
        description = describe(fields)
        tensors = ",\n".join(f"    {json.dumps(key)}: {json.dumps(value)}" for key, value in description["tensors"].items())
        config = json.dumps(description["config"], sort_keys=True)
        (folder / f"{name}.json").write_text(f'{{\n  "config": {config},\n  "tensors": {{\n{tensors}\n  }}\n}}\n')


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
