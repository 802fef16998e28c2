namespace MegatronBridge.Cpu.Blocks;

/// <summary>Names the keys and values of a layer in a sequence's state, for those that attend to them.</summary>
internal sealed record LayerCache(int Layer);
