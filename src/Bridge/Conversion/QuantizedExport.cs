using MegatronBridge.Quantization;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conversion;

/// <summary>The tensors of an export, with those as codes and scales that the original model has so.</summary>
internal static class QuantizedExport
{
    /// <summary>All tensors by name; scales of activations are the original's.</summary>
    /// <exception cref="MappingException">The original stores tensors in a way that upstream does not write.</exception>
    public static OrderedDictionary<string, TensorView> Of(
        ExportPlan plan,
        DequantizedSource source,
        ITensorSource original
    )
    {
        OrderedDictionary<string, TensorView> tensors = new(StringComparer.Ordinal);
        List<string> faults = [];
        foreach (string name in plan.Names)
        {
            if (source.Quantized.GetValueOrDefault(name) is not { } quantized)
            {
                tensors.Add(name, plan.Tensors[name]);
            }
            else if (quantized.Again is { } again)
            {
                foreach ((string part, TensorView view) in again(plan.Tensors[name]))
                {
                    tensors.Add(part, view);
                }
            }
            else
            {
                faults.Add(
                    $"{name} is stored as {quantized.Scheme}, which cannot be made again. Export without --quantize."
                );
            }
        }

        foreach (IgnoredEntry entry in source.Ignored)
        {
            tensors.Add(entry.Name, original.Find(entry.Name)!);
        }

        return faults.Count == 0
            ? tensors
            : throw new MappingException("The original's quantization cannot be made again", faults);
    }
}
