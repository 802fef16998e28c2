using MegatronBridge.Model;

namespace MegatronBridge.Conversion;

/// <summary>What one rank writes: pieces of parameters, and objects beside them.</summary>
public sealed record RankShards(int Rank, IReadOnlyList<PlannedChunk> Chunks, IReadOnlyList<ModelObject> Objects);
