"""What a test wants to know of a tensor: dtype (as safetensors spells it), shape and the hash of its bytes."""

import hashlib

import torch

NAMES = {
    torch.bool: "BOOL", torch.uint8: "U8", torch.int8: "I8", torch.int16: "I16", torch.uint16: "U16",
    torch.int32: "I32", torch.uint32: "U32", torch.int64: "I64", torch.uint64: "U64",
    torch.float16: "F16", torch.bfloat16: "BF16", torch.float32: "F32", torch.float64: "F64",
    torch.complex64: "C64", torch.complex128: "C128", torch.float4_e2m1fn_x2: "F4",
    torch.float8_e4m3fn: "F8_E4M3", torch.float8_e5m2: "F8_E5M2", torch.float8_e8m0fnu: "F8_E8M0",
    torch.float8_e4m3fnuz: "F8_E4M3FNUZ", torch.float8_e5m2fnuz: "F8_E5M2FNUZ",
}  # fmt: skip
DTYPES = {name: dtype for dtype, name in NAMES.items()}


def raw(tensor):
    tensor = tensor.detach().resolve_conj().resolve_neg().contiguous()
    return tensor.reshape(-1).view(torch.uint8).numpy().tobytes() if tensor.numel() else b""


def describe(tensor):
    shape = list(tensor.shape)
    if tensor.dtype == torch.float4_e2m1fn_x2 and shape:
        shape[-1] *= 2  # torch counts pairs
    return {"dtype": NAMES[tensor.dtype], "shape": shape, "sha256": hashlib.sha256(raw(tensor)).hexdigest()}


def describe_all(tensors):
    return {name: describe(tensor) for name, tensor in tensors.items()}


def random(name, shape, seed):
    """Random bytes under a dtype and a shape (the one of the file)."""
    dtype = DTYPES[name]
    shape = list(shape)
    if dtype == torch.float4_e2m1fn_x2:
        shape[-1] //= 2
    count = torch.Size(shape).numel() * dtype.itemsize
    top = 2 if dtype == torch.bool else 256
    data = torch.randint(0, top, (count,), dtype=torch.uint8, generator=torch.Generator().manual_seed(seed))
    return data.view(dtype).reshape(shape)
