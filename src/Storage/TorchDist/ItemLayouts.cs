using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch;

namespace MegatronBridge.Storage.TorchDist;

/// <summary>
/// The archives of the items to be saved. Those of all tensors with the same dtype and shape differ only in the elements
/// and CRCs, so they share one layout; a checkpoint of a hundred thousand chunks has a few dozen.
/// </summary>
internal sealed class ItemLayouts
{
    private readonly Dictionary<(DType DType, Shape Shape), TorchLayout> _ofTensors = [];
    private readonly Dictionary<object, TorchLayout> _ofObjects = new(ReferenceEqualityComparer.Instance);

    /// <summary>The archive of an item. In that of a tensor, zeros stand for the elements.</summary>
    public TorchLayout Get(SaveItem item)
    {
        TorchLayout? layout;
        if (item is TensorChunk { View: var view })
        {
            if (!_ofTensors.TryGetValue((view.DType, view.Shape), out layout))
            {
                layout = new(TorchLayout.ItemPrefix, new TensorValue(new ZeroView(view.DType, view.Shape)));
                _ofTensors.Add((view.DType, view.Shape), layout);
            }

            return layout;
        }

        ObjectItem saved = (ObjectItem)item;
        if (!_ofObjects.TryGetValue(saved.Value, out layout))
        {
            layout = new(TorchLayout.ItemPrefix, saved.Value, saved.Source);
            _ofObjects.Add(saved.Value, layout);
        }

        return layout;
    }
}
