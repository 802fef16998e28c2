using System.Globalization;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Storage.Torch;

/// <summary>Says in a pickle what torch says of tensors, and collects their storages, numbered in the order of use.</summary>
internal sealed class TensorPickler(TorchFile? source)
{
    // Python has one object for each of these, so a pickle spells it once.
    private readonly Dictionary<(string Module, string Name), PickleGlobal> _globals = [];
    private readonly PickleText _storage = new("storage");
    private readonly PickleText _location = new("cpu");

    private readonly Dictionary<TensorValue, PickleObject> _tensors = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<PickleValue> _references = new(ReferenceEqualityComparer.Instance); // those made here
    private readonly Dictionary<string, PickleText> _copied = []; // new keys by those in the source
    private readonly List<TensorView> _storages = [];

    /// <summary>What goes into the archive beside the pickle, by key.</summary>
    public IReadOnlyList<TensorView> Storages => _storages;

    /// <summary>The key of storage <paramref name="number"/>.</summary>
    public static string KeyOf(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// What to write instead of a tensor, of a reference into the source, or of a name that was written before; null for any other value.
    /// </summary>
    public PickleValue? Replace(PickleValue value)
    {
        switch (value)
        {
            case TensorValue tensor:
                if (!_tensors.TryGetValue(tensor, out PickleObject? call))
                {
                    call = Describe(tensor.View);
                    _tensors.Add(tensor, call);
                }

                return call;
            case PickleGlobal name:
                PickleGlobal known = _globals.GetValueOrDefault((name.Module, name.Name)) ?? name;
                _globals[(name.Module, name.Name)] = known;
                return known == name ? null : known;
            case PicklePersistentId reference when !_references.Contains(reference):
                return Copy(reference);
            default:
                return null;
        }
    }

    /// <summary>Takes over a storage of the source, under a new key.</summary>
    private PicklePersistentId Copy(PicklePersistentId reference)
    {
        if (
            source is null
            || reference.Id
                is not PickleTuple { Items: [var tag, var type, PickleText key, var location, var count, ..] }
        )
        {
            throw new ArgumentException($"{reference} refers to a file that was not given.", nameof(reference));
        }

        if (!_copied.TryGetValue(key.Value, out PickleText? newKey))
        {
            newKey = new(KeyOf(_storages.Count));
            _copied.Add(key.Value, newKey);
            _storages.Add(source.FindStorage(key.Value));
        }

        return Refer(tag, type, newKey, location, count);
    }

    private PicklePersistentId Refer(params ReadOnlySpan<PickleValue> id)
    {
        PicklePersistentId reference = new(new PickleTuple(id));
        _references.Add(reference);
        return reference;
    }

    private PickleObject Describe(TensorView view)
    {
        // Two 4-bit numbers are one element to torch.
        Shape shape = view.Shape;
        if (view.DType == DType.F4)
        {
            int last = shape.Rank - 1;
            shape =
                last >= 0 && shape[last] % 2 == 0
                    ? shape.With(last, shape[last] / 2)
                    : throw new ArgumentException($"{view} has an odd last dimension.", nameof(view));
        }
        else if (view.DType.BitCount() % 8 != 0)
        {
            throw new ArgumentException($"torch has no elements of {view.DType}.", nameof(view));
        }

        string? storageClass = StorageClasses.Find(view.DType);
        PicklePersistentId storage = Refer(
            _storage,
            storageClass is null ? Global("torch.storage", StorageClasses.Untyped) : Global("torch", storageClass),
            KeyOf(_storages.Count),
            _location,
            storageClass is null ? view.ByteCount : view.Shape.ElementCount
        );
        _storages.Add(view);
        List<PickleValue> arguments =
        [
            storage,
            0,
            Tuple(shape.AsSpan()),
            Tuple(shape.RowMajorStrides()),
            false, // requires_grad
            new PickleObject(PickleCall.Reduce, Global("collections", "OrderedDict"), PickleTuple.Empty), // hooks
        ];
        if (storageClass is null)
        {
            arguments.Add(Global("torch", view.DType.TorchName()));
        }

        PickleGlobal function = Global(
            "torch._utils",
            storageClass is null ? "_rebuild_tensor_v3" : "_rebuild_tensor_v2"
        );
        return new(PickleCall.Reduce, function, new PickleTuple([.. arguments]));
    }

    private PickleGlobal Global(string module, string name)
    {
        if (!_globals.TryGetValue((module, name), out PickleGlobal? global))
        {
            global = new(module, name);
            _globals.Add((module, name), global);
        }

        return global;
    }

    private static PickleTuple Tuple(ReadOnlySpan<long> numbers)
    {
        PickleValue[] items = new PickleValue[numbers.Length];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = numbers[i];
        }

        return new(items);
    }
}
