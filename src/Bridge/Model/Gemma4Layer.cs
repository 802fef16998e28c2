using MegatronBridge.Config;
using MegatronBridge.Layout;

namespace MegatronBridge.Model;

/// <summary>
/// What is Gemma 4's own: layers with norms on both sides of attention and MLP and a factor for all that comes out; attention
/// with a window and without it under keys of their own, because their sizes differ; embeddings for each layer.
/// </summary>
internal static class Gemma4Layer
{
    /// <summary>Adds a layer without experts, of modules of Megatron-Core and not of Transformer Engine.</summary>
    public static void AddDense(TableScope scope, ModelProvider provider, int layer)
    {
        long hidden = provider.HiddenSize;
        scope.Buffer("layer_scalar", [1]);
        Norm.AddTo(scope, "input_layernorm", hidden, provider);
        SelfAttention.AddTo(AttentionScope(scope, provider, layer), provider);
        Norm.AddTo(scope, "pre_mlp_layernorm", hidden, provider);
        DenseMlp.AddProjections(scope, "mlp", provider, hidden, provider.FfnHiddenSize);
        Norm.AddTo(scope, "post_self_attn_layernorm", hidden, provider);
        Norm.AddTo(scope, "post_mlp_layernorm", hidden, provider);
        if (provider.PerLayerEmbedDim is var size and > 0)
        {
            scope.Parameter("per_layer_input_gate.weight", [size, hidden], Cut.Replicated);
            scope.Parameter("per_layer_projection.weight", [hidden, size], Cut.Replicated);
            Norm.AddTo(scope, "post_per_layer_input_norm", hidden, provider);
        }
    }

    /// <summary>Adds a layer with experts: the MLP of a dense layer is the expert that all tokens visit.</summary>
    public static void AddWithExperts(TableScope scope, ModelProvider provider, int layer)
    {
        long hidden = provider.HiddenSize;
        TableScope ownNorms = scope with { IsLocal = true };
        scope.Buffer("layer_scalar", [1]);
        SelfAttention.AddTo(AttentionScope(scope, provider, layer), provider);
        Norm.AddTo(scope, "pre_mlp_layernorm", hidden, provider);
        TableScope experts = scope.Inside("mlp.");
        MixtureOfExperts.AddRouter(experts, provider);
        experts.Parameter("router.per_expert_scale", [provider.NumMoeExperts!.Value], Cut.Replicated);
        experts.Parameter("router.scale", [hidden], Cut.Replicated);
        MixtureOfExperts.AddExperts(experts, provider);
        MixtureOfExperts.AddSharedExperts(experts, provider);
        Norm.AddTo(ownNorms, "mlp.post_moe_layernorm", hidden, provider);
        Norm.AddTo(ownNorms, "mlp.post_shared_expert_layernorm", hidden, provider);
        Norm.AddTo(ownNorms, "pre_shared_expert_layernorm", hidden, provider);
        Norm.AddTo(ownNorms, "post_ffn_layernorm", hidden, provider);
    }

    /// <summary>Adds the embeddings from which each layer takes a part, behind all else.</summary>
    public static void AddEmbeddings(TableScope scope, ModelProvider provider)
    {
        if (provider.PipelineModelParallelSize > 1)
        {
            throw new LayoutException("Megatron-Bridge has no pipeline stages for Gemma 4 without experts; use one.");
        }

        if (provider.PerLayerEmbedDim is var size and > 0)
        {
            TableScope own = scope with { IsLocal = true };
            long width = (long)provider.NumLayers * size;
            own.Parameter("per_layer_embedding.weight", [provider.PerLayerEmbedVocabSize, width], Cut.Rows);
            own.Linear("per_layer_model_proj", [width, provider.HiddenSize], Cut.Rows);
            Norm.AddTo(own, "per_layer_proj_norm", size, provider);
        }
    }

    // Layers with a window are stacked with each other, and so are those without.
    private static TableScope AttentionScope(TableScope scope, ModelProvider provider, int layer)
    {
        bool isSliding = provider.IsGemma4SlidingLayer(layer);
        int[] alike =
        [
            .. Enumerable
                .Range(0, provider.NumLayers)
                .Where(other => provider.IsGemma4SlidingLayer(other) == isSliding),
        ];
        return scope with
        {
            NamePrefix = scope.NamePrefix + "self_attention.",
            KeyPrefix = scope.KeyPrefix + (isSliding ? "self_attention_sliding." : "self_attention_global."),
            Axes = scope.Axes.Count == 0 ? [] : [new(Array.IndexOf(alike, layer), alike.Length)],
        };
    }
}
