namespace MegatronBridge.Model;

/// <summary>A leading dimension of a stacked checkpoint tensor (layers, experts), and this parameter's place along it.</summary>
public readonly record struct StackAxis(int Index, int Count);
