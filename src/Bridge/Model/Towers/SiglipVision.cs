namespace MegatronBridge.Model.Towers;

/// <summary>SigLIP's tower, without the head that pools: norms and linear layers with biases, a learned position for each patch.</summary>
internal static class SiglipVision
{
    public static void List(CopiedModule tower)
    {
        long width = tower.Size("hidden_size");
        long inner = tower.Size("intermediate_size");
        long patch = tower.Size("patch_size");
        long patches = tower.Size("image_size") / patch;

        tower.Convolution("embeddings.patch_embedding", tower.Size("num_channels"), width, [patch, patch]);
        tower.Embedding("embeddings.position_embedding", patches * patches, width);
        foreach (CopiedModule layer in tower.Layers("encoder.layers", "num_hidden_layers"))
        {
            layer.LayerNorm("layer_norm1", width);
            layer.Linear("self_attn.k_proj", width, width);
            layer.Linear("self_attn.v_proj", width, width);
            layer.Linear("self_attn.q_proj", width, width);
            layer.Linear("self_attn.out_proj", width, width);
            layer.LayerNorm("layer_norm2", width);
            layer.Linear("mlp.fc1", width, inner);
            layer.Linear("mlp.fc2", inner, width);
        }

        tower.LayerNorm("post_layernorm", width);
    }
}
