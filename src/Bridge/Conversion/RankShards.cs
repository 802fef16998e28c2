namespace MegatronBridge.Conversion;

/// <summary>What one rank writes: pieces of parameters, and objects among them, in the order of the model's modules.</summary>
public sealed record RankShards(int Rank, IReadOnlyList<ShardItem> Items);
