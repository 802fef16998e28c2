"""Which tools the tests talk to."""

import platform

import safetensors
import torch
import transformers


def versions():
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "safetensors": safetensors.__version__,
        "transformers": transformers.__version__,
    }
