using MegatronBridge.Storage.Torch;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Storage.TorchDist;

/// <summary>What a checkpoint holds beside tensors and sharded objects: iteration, arguments, schedules.</summary>
/// <param name="Values">The values by name, for example <c>checkpoint_version</c>.</param>
/// <param name="Source">The file or item that they are from, for tensors among them.</param>
public sealed record CommonState(PickleDict Values, TorchFile Source);
