using MegatronBridge.Config;
using MegatronBridge.Layout;

namespace MegatronBridge.Model;

/// <summary>
/// The diffusion transformer of Flux: blocks in which image and text each have their own weights and one attention, then blocks in which
/// they are one sequence. Blocks have keys of their own; what embeds and what ends the model is not cut.
/// </summary>
internal static class FluxModel
{
    private const int ChunksOfPair = 6;
    private const int ChunksOfSingle = 3;

    public static void AddTo(TableScope scope, ModelProvider provider)
    {
        if (provider.PipelineModelParallelSize > 1)
        {
            throw new LayoutException(
                $"Flux is not cut into pipeline stages; pipeline_model_parallel_size is {provider.PipelineModelParallelSize}, not 1."
            );
        }

        scope = scope with { DType = provider.ParamsDtype };
        long hidden = provider.HiddenSize;
        scope.Plain("img_embed", provider.Size("in_channels"), hidden);
        scope.Plain("txt_embed", provider.Size("context_dim"), hidden);
        AddEmbedder(scope, "timestep_embedding.time_embedder", provider.Size("model_channels"), hidden);
        AddEmbedder(scope, "vector_embedding", provider.Size("vec_in_dim"), hidden);
        if (provider["guidance_embed"] == true)
        {
            AddEmbedder(scope, "guidance_embedding", provider.Size("model_channels"), hidden);
        }

        for (int block = 0; block < provider.Count("num_joint_layers"); block++)
        {
            AddPair(scope.Inside($"double_blocks.{block}."), provider);
        }

        for (int block = 0; block < provider.Count("num_single_layers"); block++)
        {
            AddSingle(scope.Inside($"single_blocks.{block}."), provider);
        }

        long patch = provider.Size("patch_size");
        scope.Plain("norm_out.adaLN_modulation.1", hidden, 2 * hidden);
        scope.Plain("proj_out", hidden, patch * patch * provider.Size("in_channels"));
    }

    private static void AddPair(TableScope scope, ModelProvider provider)
    {
        TableScope attention = scope.Inside("self_attention.");
        AddProjection(attention, "linear_proj", provider);
        AddQkv(attention, "linear_qkv", provider);
        AddQkv(attention, "added_linear_qkv", provider);
        AddProjection(attention, "added_linear_proj", provider);
        foreach (string norm in (string[])["q_layernorm", "k_layernorm", "added_q_layernorm", "added_k_layernorm"])
        {
            Norm.AddTo(attention, norm, provider.KvChannels, provider);
        }

        AddMlp(scope, "mlp", provider);
        AddModulation(scope, "adaln", ChunksOfPair, provider);
        AddModulation(scope, "adaln_context", ChunksOfPair, provider);
        AddMlp(scope, "context_mlp", provider);
    }

    private static void AddSingle(TableScope scope, ModelProvider provider)
    {
        TableScope attention = scope.Inside("self_attention.");
        AddProjection(attention, "linear_proj", provider, hasBias: false); // that of the MLP serves both
        AddQkv(attention, "linear_qkv", provider);
        Norm.AddTo(attention, "q_layernorm", provider.KvChannels, provider);
        Norm.AddTo(attention, "k_layernorm", provider.KvChannels, provider);
        AddMlp(scope, "mlp", provider);
        AddModulation(scope, "adaln", ChunksOfSingle, provider);
    }

    private static void AddProjection(TableScope scope, string name, ModelProvider provider, bool hasBias = true) =>
        scope.Linear(
            name,
            [provider.HiddenSize, (long)provider.NumAttentionHeads * provider.KvChannels],
            Cut.Columns,
            hasBias && provider.AddBiasLinear
        );

    private static void AddQkv(TableScope scope, string name, ModelProvider provider) =>
        scope.Linear(
            name,
            [(provider.NumAttentionHeads + (2L * provider.NumQueryGroups)) * provider.KvChannels, provider.HiddenSize],
            Cut.Rows,
            provider.AddBiasLinear || provider.AddQkvBias
        );

    private static void AddMlp(TableScope scope, string name, ModelProvider provider) =>
        DenseMlp.AddProjections(scope, name, provider, provider.HiddenSize, provider.FfnHiddenSize);

    // Megatron-Core's own layer, not Transformer Engine's: no extra state.
    private static void AddModulation(TableScope scope, string name, int chunks, ModelProvider provider)
    {
        TableScope local = scope with { IsLocal = true };
        local.Linear($"{name}.linear", [(long)chunks * provider.HiddenSize, provider.HiddenSize], Cut.Rows, true);
    }

    private static void AddEmbedder(TableScope scope, string name, long from, long to)
    {
        scope.Plain($"{name}.in_layer", from, to);
        scope.Plain($"{name}.out_layer", to, to);
    }
}
