using System.Numerics;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Storage.TorchDist;

/// <summary>
/// Takes pickled <c>.metadata</c> objects apart. Classes are known by their last name, since their modules have moved
/// between versions; fields by name (docs/formats.md, torch_dist). Everything gives null for what it does not understand.
/// </summary>
internal static class MetadataFields
{
    public static bool IsA(this PickleValue? value, string className) =>
        value is PickleObject { Class: { } its } && its.Name == className;

    public static PickleValue? Field(this PickleValue? value, string name) =>
        (value as PickleObject)?.State switch
        {
            PickleDict state => state[name],
            PickleTuple { Items: [PickleDict state, PickleDict slots] } => state[name] ?? slots[name],
            PickleTuple { Items: [PickleNone, PickleDict slots] } => slots[name],
            _ => null,
        };

    public static IReadOnlyList<KeyValuePair<PickleValue, PickleValue>>? AsEntries(this PickleValue? value) =>
        value switch
        {
            PickleDict dict => dict.Entries,
            PickleObject { Class.Name: "OrderedDict" or "defaultdict" } it => it.Entries.Entries,
            _ => null,
        };

    public static IReadOnlyList<PickleValue>? AsItems(this PickleValue? value) =>
        value switch
        {
            PickleList list => list.Items,
            PickleTuple tuple => tuple.Items,
            _ => null,
        };

    public static string? AsText(this PickleValue? value) => (value as PickleText)?.Value;

    /// <summary>A whole number from 0 to the largest of 64 bits.</summary>
    public static long? AsCount(this PickleValue? value) =>
        value is PickleInt { Value: { Sign: >= 0 } number } && number <= long.MaxValue ? (long)number : null;

    /// <summary>A <c>torch.Size</c>, or any tuple or list of sizes, whose product fits 64 bits.</summary>
    public static Shape? AsShape(this PickleValue? value)
    {
        if (value is PickleObject { Class.Name: "Size", Arguments.Items: [PickleValue inner] })
        {
            value = inner;
        }

        if (value.AsItems() is not { } items)
        {
            return null;
        }

        long[] sizes = new long[items.Count];
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            if (items[axis].AsCount() is not { } size)
            {
                return null;
            }

            sizes[axis] = size;
        }

        return Shape.Product(sizes) is null ? null : new Shape(sizes);
    }

    /// <summary>The dtype of a <c>TensorProperties</c> object, whose state is a tuple that begins with it.</summary>
    public static string? AsDTypeName(this PickleValue? properties)
    {
        PickleValue? dtype = properties.Field("dtype");
        if (dtype is null && properties is PickleObject { State: PickleTuple { Items: [PickleValue first, ..] } })
        {
            dtype = first;
        }

        return dtype is PickleGlobal { Module: "torch" } global ? global.Name : null;
    }
}
