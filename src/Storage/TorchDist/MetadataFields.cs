using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Storage.TorchDist;

/// <summary>
/// Takes pickled <c>.metadata</c> objects apart. Classes are known by their last name, since their modules have moved
/// between versions, and fields by name (docs/formats.md, torch_dist).
/// </summary>
internal static class MetadataFields
{
    /// <summary>True for an object of a class of that name, in any module.</summary>
    public static bool IsA(this PickleValue? value, string className) =>
        value is PickleObject { Class.Name: var name } && name == className;

    /// <summary>A field of an object, or null.</summary>
    public static PickleValue? Field(this PickleValue? value, string name) =>
        value.TryGetAttributes(out PickleDict? fields) ? fields[name] : null;

    /// <summary>A whole number from 0 to the largest of 64 bits, or null.</summary>
    public static long? AsCount(this PickleValue? value) =>
        value.TryGetInt64(out long number) && number >= 0 ? number : null;

    /// <summary>The dtype in a <c>TensorProperties</c> object, whose state is a tuple that begins with it; or null.</summary>
    public static PickleValue? DTypeOf(this PickleValue? properties) =>
        properties is PickleObject { State: PickleTuple { Items: [PickleGlobal dtype, ..] } }
            ? dtype
            : properties.Field("dtype");
}
