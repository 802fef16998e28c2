namespace MegatronBridge.Storage.Files;

/// <summary>A range of one placement's tensor, in bytes.</summary>
/// <param name="Placement">Index in <see cref="FileLayout.Placements"/>.</param>
/// <param name="Offset">First byte in the tensor.</param>
/// <param name="Length">Number of bytes.</param>
internal readonly record struct Segment(int Placement, long Offset, int Length);
