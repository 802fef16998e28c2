using MegatronBridge.Storage.Comparison;

namespace MegatronBridge.Inspection;

/// <summary>What the comparison of two checkpoints found.</summary>
/// <param name="IsMapped">True when they were compared as Hugging Face tensors, through the mapping of the model's family.</param>
/// <param name="Result">Which tensors differ, and how.</param>
public sealed record CheckpointDifference(bool IsMapped, ComparisonResult Result);
