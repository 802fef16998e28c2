namespace MegatronBridge.Conversion;

/// <summary>Which keys of a torch_dist checkpoint are state of the optimizer and not of the model.</summary>
internal static class OptimizerKeys
{
    /// <summary>True for <c>optimizer.state.exp_avg. ...</c>, and the same of one of several optimizers, <c>chained_0.optimizer. ...</c></summary>
    public static bool Has(string key) =>
        key.StartsWith("optimizer.", StringComparison.Ordinal)
        || (
            key.StartsWith("chained_", StringComparison.Ordinal)
            && key.Contains(".optimizer.", StringComparison.Ordinal)
        );
}
