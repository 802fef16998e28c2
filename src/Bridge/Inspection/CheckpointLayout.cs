using MegatronBridge.Layout;

namespace MegatronBridge.Inspection;

/// <summary>For which ranks a checkpoint was cut.</summary>
/// <param name="Sizes">The parallel sizes.</param>
/// <param name="Source">How they are known: <c>by the checkpoint's config</c>.</param>
public sealed record CheckpointLayout(ParallelSizes Sizes, string Source);
