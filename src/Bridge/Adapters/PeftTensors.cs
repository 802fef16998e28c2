using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>An adapter as the tensors of a folder of the library peft.</summary>
internal static class PeftTensors
{
    /// <summary>All tensors by name.</summary>
    public static IEnumerable<KeyValuePair<string, TensorView>> Of(AdapterSet adapter)
    {
        foreach (LowRankUpdate update in adapter.Updates.Where(update => PackedExpert.Parse(update.Weight) is null))
        {
            foreach (KeyValuePair<string, TensorView> tensor in PeftNames.Of(update))
            {
                yield return tensor;
            }
        }

        foreach (var ofModule in PackedOf(adapter).GroupBy(packed => packed.Module))
        {
            int depth = ofModule.Count();
            foreach (PackedMatrices packed in ofModule.OrderBy(packed => PackedExpert.PlaceOf(packed.Parameter)))
            {
                depth--;
                foreach (KeyValuePair<string, TensorView> tensor in PeftNames.Of(packed, depth))
                {
                    yield return tensor;
                }
            }
        }
    }

    /// <summary>The matrices of packed experts.</summary>
    public static IEnumerable<PackedMatrices> PackedOf(AdapterSet adapter) =>
        from update in adapter.Updates
        let place = PackedExpert.Parse(update.Weight)
        where place is not null
        group (place.Value.Expert, Update: update) by place.Value.Tensor into ofTensor
        let name = PackedExpert.ParameterOf(ofTensor.Key)
        select PackedMatrices.Pack(
            name.Module,
            name.Parameter,
            [.. ofTensor.OrderBy(one => one.Expert).Select(one => one.Update)]
        );
}
