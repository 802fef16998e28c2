using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Model.Towers;

/// <summary>The tower of MiniMax-M3: CLIP's layers over patches of space and time.</summary>
internal static class ClipVision3d
{
    public static void List(CopiedModule tower)
    {
        long width = tower.Size("hidden_size");
        long inner = tower.Size("intermediate_size");
        long patch = tower.Size("patch_size");

        // The one tensor that stays in full precision.
        tower.Scope.Parameter(
            "embeddings.patch_embedding.weight",
            [width, tower.Size("num_channels"), tower.Size("temporal_patch_size"), patch, patch],
            Cut.Replicated,
            DType.F32
        );
        tower.LayerNorm("pre_layrnorm", width);
        foreach (CopiedModule layer in tower.Layers("encoder.layers", "num_hidden_layers"))
        {
            layer.LayerNorm("layer_norm1", width);
            layer.Linear("self_attn.q_proj", width, width);
            layer.Linear("self_attn.k_proj", width, width);
            layer.Linear("self_attn.v_proj", width, width);
            layer.Linear("self_attn.out_proj", width, width);
            layer.LayerNorm("layer_norm2", width);
            layer.Linear("mlp.fc1", width, inner);
            layer.Linear("mlp.fc2", inner, width);
        }
    }
}
