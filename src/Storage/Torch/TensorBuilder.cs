using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Storage.Torch;

/// <summary>Makes views of what a pickle says of tensors (docs/formats.md, torch archive).</summary>
internal sealed class TensorBuilder(string path, IReadOnlyDictionary<string, TorchStorage> storages)
{
    // torch itself allows no more dimensions.
    private const int MostDimensions = 64;

    // A tensor in a parameter in a subclass: more wrappers than this are no honest file.
    private const int MostWrappers = 8;

    // What a few repeated elements may be expanded to; a tensor in a file is limited by the file.
    private const long LargestExpansion = 1L << 36;

    /// <summary>The tensor that <paramref name="value"/> stands for, or null when it is something else.</summary>
    public TensorView? Find(PickleValue? value)
    {
        for (int wrappers = 0; wrappers < MostWrappers; wrappers++)
        {
            if (value is PicklePersistentId reference)
            {
                return FromStorage(reference);
            }

            if (
                value
                is not PickleObject { Call: PickleCall.Reduce, Class: { } function, Arguments.Items: var arguments }
            )
            {
                return null;
            }

            if (function.Is("torch._tensor", "_rebuild_from_type_v2"))
            {
                // (function, class, arguments, state): what the class adds does not change the elements.
                if (arguments is not [PickleGlobal inner, _, PickleTuple innerArguments, ..])
                {
                    throw Fault(value, "has other parts than a subclass of a tensor");
                }

                value = new PickleObject(PickleCall.Reduce, inner, innerArguments);
            }
            else if (
                function.Is("torch._utils", "_rebuild_parameter")
                || function.Is("torch._utils", "_rebuild_parameter_with_state")
            )
            {
                value = arguments is [var data, ..] ? data : null;
            }
            else
            {
                return
                    function.Module == "torch._utils" && function.Name.StartsWith("_rebuild_", StringComparison.Ordinal)
                    ? Rebuild(value, function.Name, arguments)
                    : null;
            }
        }

        throw Fault(value, "is wrapped too often");
    }

    private TensorView FromStorage(PicklePersistentId reference)
    {
        StorageReference storage = StorageReference.Parse(path, reference);
        return FindStorage(reference, storage.Key).View(storage.DType, [storage.ElementCount], 0);
    }

    private TorchStorage FindStorage(PicklePersistentId reference, string key) =>
        storages.TryGetValue(key, out TorchStorage? storage)
            ? storage
            : throw new ArgumentException($"{reference} is not of {path}.", nameof(reference));

    private TensorView Rebuild(PickleValue value, string function, IReadOnlyList<PickleValue> arguments)
    {
        // (storage, offset, size, stride, requires_grad, hooks), then the dtype (v3), then flags, if there are any.
        int flags = function switch
        {
            "_rebuild_tensor" => 4,
            "_rebuild_tensor_v2" => 6,
            "_rebuild_tensor_v3" => 7,
            "_rebuild_meta_tensor_no_storage" => throw Fault(
                value,
                "is on the device 'meta': it has a shape, but no data"
            ),
            _ when function.StartsWith("_rebuild_sparse", StringComparison.Ordinal) => throw Fault(
                value,
                "is sparse. Save it again after to_dense()"
            ),
            _ => throw Fault(value, "is of a kind that is not supported"),
        };
        if (arguments.Count < flags || arguments[0] is not PicklePersistentId reference)
        {
            throw Fault(value, "has other parts than a tensor");
        }

        StorageReference storage = StorageReference.Parse(path, reference);
        DType dtype = storage.DType;
        if (function == "_rebuild_tensor_v3" && !arguments[6].TryGetDType(out dtype))
        {
            throw Fault(value, $"has the unknown element type {arguments[6]}");
        }

        TensorView tensor = Arrange(value, FindStorage(reference, storage.Key), dtype, arguments);
        return arguments.Count == flags ? tensor : ApplyFlags(value, tensor, arguments[flags]);
    }

    /// <summary>The elements of a storage that offset, size and stride pick.</summary>
    private TensorView Arrange(
        PickleValue value,
        TorchStorage storage,
        DType dtype,
        IReadOnlyList<PickleValue> arguments
    )
    {
        if (
            !arguments[1].TryGetInt64(out long offset)
            || !arguments[2].TryGetShape(out Shape shape)
            || !arguments[3].TryGetInt64s(out long[]? strides)
            || shape.Rank > MostDimensions
        )
        {
            throw Fault(value, "has a size, stride or offset that no tensor can have");
        }

        // Two 4-bit numbers are one element to torch.
        bool isPacked = dtype == DType.F4;
        if (!isPacked && dtype.BitCount() % 8 != 0)
        {
            throw Fault(value, $"has elements of {dtype.BitCount()} bits, which torch does not have");
        }

        DType item = isPacked ? DType.U8 : dtype;
        int itemBytes = item.BitCount() / 8;
        if (!StridedView.IsInside(storage.ByteCount / itemBytes, shape, strides, offset))
        {
            throw Fault(value, $"reaches beyond its storage of {storage.ByteCount} bytes");
        }

        if (isPacked)
        {
            return IsRowMajor(shape, strides) && shape.Rank > 0
                ? storage.View(dtype, shape.With(shape.Rank - 1, shape[shape.Rank - 1] * 2), offset)
                : throw Fault(value, "has 4-bit elements that are not in row-major order");
        }

        if (shape.ElementCount == 0 || IsRowMajor(shape, strides))
        {
            return storage.View(dtype, shape, shape.ElementCount == 0 ? 0 : offset * itemBytes);
        }

        if (
            dtype.ByteCount(shape.ElementCount) is not { } bytes
            || bytes > Math.Max(storage.ByteCount, LargestExpansion)
        )
        {
            throw Fault(value, $"expands {storage.ByteCount} bytes to more than {LargestExpansion}");
        }

        TensorView whole = storage.View(dtype, [storage.ByteCount / itemBytes], 0);
        return new StridedView(whole, shape, strides, offset);
    }

    private static bool IsRowMajor(Shape shape, long[] strides)
    {
        long[] expected = shape.RowMajorStrides();
        for (int axis = 0; axis < expected.Length; axis++)
        {
            if (shape[axis] != 1 && strides[axis] != expected[axis])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Applies what torch put off: a conjugate, a negation.</summary>
    private TensorView ApplyFlags(PickleValue value, TensorView tensor, PickleValue flags)
    {
        if (flags is not PickleDict dict)
        {
            throw Fault(value, "has flags that are no dict");
        }

        foreach ((PickleValue key, PickleValue flag) in dict.Entries)
        {
            if (!key.TryGetText(out string? name) || name is not ("conj" or "neg") || !flag.TryGetBool(out bool isSet))
            {
                throw Fault(value, $"has the unknown flag {key}");
            }

            tensor =
                !isSet ? tensor
                : name == "conj" && tensor.DType.IsComplex() ? SignFlipView.Conjugate(tensor)
                : name == "neg" && (tensor.DType.IsComplex() || tensor.DType.IsWideFloat())
                    ? SignFlipView.Negate(tensor)
                : throw Fault(value, $"of {tensor.DType.TorchName()} cannot have the flag '{name}'");
        }

        return tensor;
    }

    private BadFileException Fault(PickleValue? value, string fault) => new(path, $"the tensor {value} {fault}.");
}
