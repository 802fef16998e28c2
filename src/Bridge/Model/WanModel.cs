using MegatronBridge.Config;
using MegatronBridge.Initialization;
using MegatronBridge.Layout;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Model;

/// <summary>
/// The diffusion transformer of Wan: layers of self-attention over the patches of a video, cross-attention to the text, and an MLP, each
/// shifted and scaled by the time step. The keys begin with <c>module.</c>, and layers are stacked.
/// </summary>
internal static class WanModel
{
    private const int Modulations = 6; // shift, scale and gate of self-attention and of the MLP

    public static void AddTo(TableScope scope, ModelProvider provider)
    {
        PipelineSplit pipeline = new(provider);
        TableScope first = scope with { KeyPrefix = "module.", DType = provider.ParamsDtype };
        TableScope last = first.On(pipeline.LossStage);
        long hidden = provider.HiddenSize;
        long text = provider.Size("crossattn_emb_size");
        (long time, long space) = (provider.Size("patch_temporal"), provider.Size("patch_spatial"));

        Shape kernel = [hidden, provider.Size("in_channels"), time, space, space];
        TableScope convolution = first with { Initial = InitialValues.OfTorchLayer(kernel.CountFrom(1)) };
        convolution.Parameter("patch_embedding.weight", kernel, Cut.Replicated);
        convolution.Parameter("patch_embedding.bias", [hidden], Cut.Replicated);
        first.Plain("text_embedding.0", provider.Size("text_dim"), text);
        first.Plain("text_embedding.2", text, text);
        first.Plain("time_embedder.linear_1", provider.Size("freq_dim"), hidden);
        first.Plain("time_embedder.linear_2", hidden, hidden);
        first.Plain("time_proj", hidden, Modulations * hidden);
        for (int layer = 0; layer < provider.NumLayers; layer++)
        {
            TableScope stacked = first.Stacked("decoder.layers.", layer, provider.NumLayers);
            AddLayer(stacked.On(pipeline.StageOf(layer)) with { Layer = layer }, provider);
        }

        last.Parameter("head.modulation", [1, 2, hidden], Cut.Replicated);
        last.Plain("head.head", hidden, time * space * space * provider.Size("out_channels"));
    }

    private static void AddLayer(TableScope scope, ModelProvider provider)
    {
        long hidden = provider.HiddenSize;
        long queries = (long)provider.NumAttentionHeads * provider.KvChannels;
        long keys = (long)provider.NumQueryGroups * provider.KvChannels;
        bool hasBias = provider.AddBiasLinear;

        TableScope cross = scope.Inside("cross_attention.");
        cross.Linear("linear_proj", [hidden, queries], Cut.Columns, hasBias);
        cross.Linear("linear_q", [queries, hidden], Cut.Rows, hasBias);
        cross.Linear("linear_kv", [2 * keys, provider.Size("crossattn_emb_size")], Cut.Rows, hasBias);
        AddNorms(cross, queries, keys, provider);

        DenseMlp.AddProjections(scope, "mlp", provider, hidden, provider.FfnHiddenSize);

        TableScope self = scope.Inside("full_self_attention.");
        self.Linear("linear_proj", [hidden, queries], Cut.Columns, hasBias);
        self.Linear("linear_qkv", [queries + (2 * keys), hidden], Cut.Rows, hasBias || provider.AddQkvBias);
        AddNorms(self, queries, keys, provider);

        scope.Parameter("adaLN.modulation", [1, Modulations, hidden], Cut.Replicated);
        scope.Parameter("norm3.weight", [hidden], Cut.Replicated);
        scope.Parameter("norm3.bias", [hidden], Cut.Replicated);
    }

    // Every rank norms all heads together.
    private static void AddNorms(TableScope scope, long queries, long keys, ModelProvider provider)
    {
        bool acrossHeads = provider["layernorm_across_heads"] == true;
        Norm.AddTo(scope, "q_layernorm", acrossHeads ? queries : provider.KvChannels, provider);
        Norm.AddTo(scope, "k_layernorm", acrossHeads ? keys : provider.KvChannels, provider);
    }
}
