using MegatronBridge.Model;

namespace MegatronBridge.Ranks;

/// <summary>The extra state that a module of a rank has.</summary>
/// <param name="Name">The rank's own name for it: <c>decoder.layers.0.mlp.linear_fc1._extra_state</c>.</param>
/// <param name="IsNone">True when it is None, as of a module that is not of Transformer Engine.</param>
/// <param name="Object">The object of the model, of grouped experts the first; null for what torch_dist leaves out.</param>
internal sealed record RankObject(string Name, bool IsNone, ModelObject? Object = null);
