using System.Runtime.InteropServices;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Quantization;

/// <summary>The stored tensors of a model while they are put together: which are used already, and what is wrong with them.</summary>
internal sealed class Reading(ITensorSource stored, QuantizationConfig? config, DType dtype)
{
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <summary>What the config says, or null.</summary>
    public QuantizationConfig? Config => config;

    /// <summary>The type of the numbers.</summary>
    public DType DType => dtype;

    /// <summary>What is wrong, by name.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>True when config or tensors show that the model is quantised.</summary>
    public bool IsQuantized => config is not null || _used.Count > 0;

    /// <summary>A stored tensor, or null; it is not used by that.</summary>
    public TensorView? Find(string name) => stored.Find(name);

    /// <summary>True for what is part of another tensor.</summary>
    public bool IsUsed(string name) => _used.Contains(name);

    /// <summary>Marks the tensor as a part, and returns it.</summary>
    public TensorView? Take(string name)
    {
        TensorView? tensor = stored.Find(name);
        if (tensor is not null)
        {
            _used.Add(name);
        }

        return tensor;
    }

    /// <summary>Marks a tensor that must be there as a part; adds a fault if it is not.</summary>
    public TensorView? Require(string name, string codes)
    {
        TensorView? tensor = Take(name);
        if (tensor is null)
        {
            Faults.Add(
                $"{codes} {Find(codes)} is quantised, but {name} is missing: its codes mean nothing without it."
            );
        }

        return tensor;
    }

    /// <summary>Adds a fault and returns null.</summary>
    public QuantizedTensor? Refuse(string fault)
    {
        Faults.Add(fault);
        return null;
    }

    /// <summary>All whole numbers of a small tensor of I32 or I64.</summary>
    public long[]? Integers(string name, long atMost)
    {
        TensorView tensor = stored.Find(name)!;
        if (
            tensor.DType is not (DType.I32 or DType.I64)
            || tensor.Shape.Rank != 1
            || tensor.Shape.ElementCount > atMost
        )
        {
            Faults.Add($"{name} should be a list of at most {atMost} numbers of I32 or I64, but is {tensor}.");
            return null;
        }

        byte[] bytes = tensor.ToArray();
        return tensor.DType == DType.I64
            ? MemoryMarshal.Cast<byte, long>(bytes).ToArray()
            : [.. MemoryMarshal.Cast<byte, int>(bytes).ToArray().Select(number => (long)number)];
    }
}
