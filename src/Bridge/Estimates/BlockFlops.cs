namespace MegatronBridge.Estimates;

/// <summary>Floating-point operations of one kind of block, all its layers and all tokens of a batch together.</summary>
/// <param name="Name">What it is: <c>attention</c>.</param>
/// <param name="Layers">In how many layers it is.</param>
/// <param name="Forward">Operations of a forward pass; a multiplication and its addition are two.</param>
/// <param name="Training">Operations of a training step, forward and backward.</param>
public sealed record BlockFlops(string Name, int Layers, decimal Forward, decimal Training);
