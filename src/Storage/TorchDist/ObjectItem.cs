using MegatronBridge.Storage.Torch;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Storage.TorchDist;

/// <summary>A Python object that a rank saves, for example <c>common_state/shard_0_1</c>.</summary>
/// <param name="Key">Its name in the checkpoint.</param>
/// <param name="Value">The object; Megatron saves lists, of one element each. Items may share it.</param>
/// <param name="Source">Where the object was read from, when it has tensors of that file in it.</param>
public sealed record ObjectItem(string Key, PickleValue Value, TorchFile? Source = null) : SaveItem(Key);
