"""What torch and numpy make of models that were written again with other numbers."""

import glob
import os

import numpy
import torch
from safetensors import safe_open


def _tensors(folder):
    found = {}
    for path in glob.glob(os.path.join(folder, "*.safetensors")):
        with safe_open(path, "pt") as file:
            found.update({name: file.get_tensor(name) for name in file.keys()})
    return found


def _bits(tensor):
    return tensor.contiguous().view({2: torch.int16, 4: torch.int32}[tensor.element_size()])


def casts(source, target, dtype):
    """Names of tensors of which a number is not torch's, or for halves numpy's; and how many numbers were compared."""
    wanted = getattr(torch, dtype)
    before, after = _tensors(source), _tensors(target)
    assert before.keys() == after.keys()
    wrong, count = [], 0
    for name, tensor in before.items():
        made = after[name]
        expected = tensor.to(wanted)
        nan = expected.isnan()
        same = made.dtype == wanted and torch.equal(nan, made.isnan()) and torch.equal(_bits(expected)[~nan], _bits(made)[~nan])
        if wanted == torch.float16:
            with numpy.errstate(all="ignore"):
                halves = torch.from_numpy(tensor.to(torch.float32).numpy().astype(numpy.float16))
            same = same and torch.equal(_bits(halves)[~nan], _bits(made)[~nan])
        count += (~nan).sum().item()
        if not same:
            wrong.append(name)
    return {"wrong": wrong, "count": count}


def repaired(source, target, name, other, rows):
    """True when torch, given the rows, makes the same matrix of them, and all other tensors are what they were."""
    before, after = _tensors(source), _tensors(target)
    matrix, directions = before[name], before[other]
    norms = torch.linalg.vector_norm(matrix.double(), dim=1)
    weak = norms <= 1e-4
    found = torch.nonzero(weak).flatten().tolist()
    length = norms[~weak].square().mean().sqrt().float()
    picked = directions[rows].float()
    new = picked * (length / torch.linalg.vector_norm(picked.double(), dim=1).float()).unsqueeze(1)
    expected = matrix.clone()
    expected[rows] = new.to(matrix.dtype)
    same = {key: torch.equal(_bits(expected if key == name else tensor), _bits(after[key])) for key, tensor in before.items()}
    return {"found": found, "wrong": [key for key, is_same in same.items() if not is_same]}
