namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>What a pickle holds.</summary>
/// <param name="Root">The value that it is.</param>
/// <param name="References">What it refers to outside itself, in the order of the file.</param>
/// <param name="Length">Its size in bytes.</param>
internal sealed record PickleGraph(PickleValue Root, IReadOnlyList<PicklePersistentId> References, long Length);
