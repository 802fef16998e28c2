namespace MegatronBridge.Estimates;

/// <summary>An image or a video as a tower sees it, before patches are merged.</summary>
/// <param name="PatchesPerFrame">Patches of an image, or of each frame; a patch sees the others of its frame.</param>
/// <param name="Frames">Frames; 1 for an image.</param>
public readonly record struct ImagePatches(int PatchesPerFrame, int Frames = 1);
