using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Model;

/// <summary>
/// Several residual streams: what a part of a layer reads of them, and how it writes to them, is computed from them. All in full
/// precision, and every rank has all of it.
/// </summary>
internal static class HyperConnections
{
    /// <summary>Adds those around a part of a layer.</summary>
    public static void AddTo(TableScope scope, string module, ModelProvider provider)
    {
        long streams = provider.NumResidualStreams;
        long outputs = (2 + streams) * streams; // how to read, how to write, how to mix
        Add(scope, $"{module}.alpha_pre", 1);
        Add(scope, $"{module}.alpha_post", 1);
        Add(scope, $"{module}.alpha_res", 1);
        Add(scope, $"{module}.bias", outputs);
        Add(scope, $"{module}.mapping_proj.weight", outputs, streams * provider.HiddenSize);
    }

    /// <summary>Adds what makes one stream of all at the end.</summary>
    public static void AddHead(TableScope scope, string prefix, ModelProvider provider)
    {
        if (provider.HasHyperConnections)
        {
            long streams = provider.NumResidualStreams;
            Add(scope, $"{prefix}hc_head_fn", streams, streams * provider.HiddenSize);
            Add(scope, $"{prefix}hc_head_base", streams);
            Add(scope, $"{prefix}hc_head_scale", 1);
        }
    }

    private static void Add(TableScope scope, string name, params ReadOnlySpan<long> shape) =>
        scope.Parameter(name, new Shape(shape), Cut.Replicated, DType.F32);
}
