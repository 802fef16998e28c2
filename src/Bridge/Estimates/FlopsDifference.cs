namespace MegatronBridge.Estimates;

/// <summary>A part of a training step that Megatron-Bridge leaves out, or counts though nobody computes it.</summary>
/// <param name="Reason">What it does, in a sentence.</param>
/// <param name="Flops">How many operations more than Megatron-Bridge we count for it; below zero where it counts too many.</param>
public sealed record FlopsDifference(string Reason, decimal Flops);
