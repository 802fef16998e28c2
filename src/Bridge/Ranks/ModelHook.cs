namespace MegatronBridge.Ranks;

/// <summary>
/// Looks at, changes or replaces the parts that a rank has of a model, one for each of its virtual stages: freezes layers, adds tensors,
/// counts.
/// </summary>
/// <returns>The parts to go on with, or null for the ones given.</returns>
public delegate IReadOnlyList<MegatronModel>? ModelHook(IReadOnlyList<MegatronModel> models);
