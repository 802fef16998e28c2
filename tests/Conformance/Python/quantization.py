"""What torch and transformers make of codes and scales, and of weights that are to become such."""

import torch
from safetensors.torch import load_file, save_file
from transformers.integrations.finegrained_fp8 import Fp8Dequantize
from transformers.integrations.mxfp4 import convert_moe_packed_tensors


def spread(scales, shape, rows, columns):
    """Each scale for all elements of its block."""
    scales = scales.float().repeat_interleave(rows, dim=0).repeat_interleave(columns, dim=1)
    return scales[: shape[0], : shape[1]]


def casts(source, target):
    """All codes as single precision, and numbers as codes."""
    tensors = load_file(source)
    result = {name: tensor.float() for name, tensor in tensors.items() if name != "numbers"}
    result["codes"] = tensors["numbers"].to(torch.float8_e4m3fn)
    save_file(result, target)


def fp8(source, target, rows, columns):
    """Blocks of FP8 as numbers: by torch's own steps, and by transformers where it takes the shape."""
    tensors = load_file(source)
    weight, scales = tensors["weight"], tensors["scale"]
    numbers = (weight.float() * spread(scales, weight.shape, rows, columns)).to(torch.bfloat16)
    if weight.shape[0] % rows == 0 and weight.shape[1] % columns == 0:
        theirs = Fp8Dequantize(None)._dequantize_one(weight, scales, torch.bfloat16)
        assert torch.equal(theirs.view(torch.int16), numbers.view(torch.int16))
    save_file({"numbers": numbers}, target)


def mxfp4(source, target):
    """The experts of GPT-OSS as numbers, by transformers."""
    tensors = load_file(source)
    save_file({"numbers": convert_moe_packed_tensors(tensors["blocks"], tensors["scales"])}, target)


def packed_fp4(source, target):
    """Two 4-bit floats to a byte with a power of two for 32, by transformers."""
    tensors = load_file(source)
    numbers = Fp8Dequantize(None)._dequantize_one(tensors["weight"], tensors["scale"], torch.bfloat16)
    save_file({"numbers": numbers}, target)


def power(scale):
    return torch.exp2(torch.ceil(torch.log2(scale.clamp(min=2.0**-127, max=2.0**127))))


def quantize_fp8(source, target, rows, columns, powers):
    """Numbers as blocks of FP8: the largest becomes 448."""
    weight = load_file(source)["weight"].float()
    height, width = -(-weight.shape[0] // rows), -(-weight.shape[1] // columns)
    padded = torch.zeros(height * rows, width * columns)
    padded[: weight.shape[0], : weight.shape[1]] = weight
    largest = padded.view(height, rows, width, columns).abs().amax(dim=(1, 3))
    scales = torch.where(largest > 0, largest / 448.0, torch.ones_like(largest))
    scales = power(scales) if powers else scales
    codes = (weight / spread(scales, weight.shape, rows, columns)).to(torch.float8_e4m3fn)
    stored = scales.to(torch.float8_e8m0fnu) if powers else scales
    save_file({"codes": codes, "scales": stored}, target)


def quantize_four_bits(source, target):
    """Numbers as 4-bit floats with powers of two, and as integers from -8 to 7, in groups of 32."""
    weight = load_file(source)["weight"].float()
    groups = weight.view(weight.shape[0], -1, 32)
    largest = groups.abs().amax(dim=-1)

    scales = power(torch.where(largest > 0, largest / 6.0, torch.ones_like(largest)))
    bounds = torch.tensor([0.25, 0.75, 1.25, 1.75, 2.5, 3.5, 5.0])
    scaled = groups / scales[:, :, None]
    floats = torch.bucketize(scaled.abs(), bounds).to(torch.uint8) | ((scaled < 0).to(torch.uint8) * 8)
    floats = floats.view(weight.shape)

    steps = (largest / 7.0).clamp(min=1e-10)
    integers = ((groups / steps[:, :, None]).round().clamp(-8, 7) + 8).to(torch.uint8).view(weight.shape)
    save_file(
        {
            "float_codes": floats[:, 0::2] | (floats[:, 1::2] << 4),
            "float_scales": scales.to(torch.float8_e8m0fnu),
            "integer_codes": (integers[:, 0::2] | (integers[:, 1::2] << 4)).contiguous().view(torch.int32),
            "integer_scales": steps.to(torch.bfloat16),
        },
        target,
    )
