using MegatronBridge.Config;
using MegatronBridge.Config.Schema;

namespace MegatronBridge.Model.Towers;

/// <summary>
/// C-RADIO ViT-H/16, the tower of Nemotron's models, which Megatron builds of its own layers: they are cut and stacked as a decoder's are.
/// Upstream has its sizes in code, whatever the config says. Patches of images, and perhaps those of pairs of video frames, have an
/// embedder each.
/// </summary>
/// <param name="ClassTokens">Learned tokens before the patches.</param>
/// <param name="FramesOfPatch">Video frames that a patch spans.</param>
/// <param name="HasVideoEmbedder">True when videos have an embedder of their own.</param>
internal sealed record Radio(long ClassTokens, long FramesOfPatch = 1, bool HasVideoEmbedder = false)
{
    /// <summary>Width of the tower.</summary>
    public const int Width = 1280;

    /// <summary>Width of what comes out, where four neighbouring patches are one.</summary>
    public const int ShuffledWidth = 4 * Width;

    private const long PixelsOfPatch = 3 * 16 * 16;
    private const long MostPatches = 128 * 128;

    private static readonly GptModelProvider Layers = new()
    {
        NumLayers = 32,
        HiddenSize = Width,
        FfnHiddenSize = 4 * Width,
        NumAttentionHeads = 16,
        Normalization = "LayerNorm",
        AddBiasLinear = true,
        AddQkvBias = true,
        GatedLinearUnit = false,
    };

    /// <summary>Adds the tower.</summary>
    public void AddTo(TableScope scope, ModelProvider provider)
    {
        if (Layers.NumAttentionHeads % provider.TensorModelParallelSize != 0)
        {
            throw new InvalidConfigException(
                $"The {Layers.NumAttentionHeads} heads of the vision tower must be a multiple of tensor_model_parallel_size "
                    + $"({provider.TensorModelParallelSize})."
            );
        }

        scope.Parameter("class_token", [ClassTokens, Width], Cut.Replicated);
        scope.Parameter("position_embeddings", [1, MostPatches, Width], Cut.Replicated);
        AddEmbedder(scope, "embedder", HasVideoEmbedder ? 1 : FramesOfPatch);
        if (HasVideoEmbedder)
        {
            AddEmbedder(scope, "video_embedder", FramesOfPatch);
        }

        for (int layer = 0; layer < Layers.NumLayers; layer++)
        {
            TableScope own = scope.Stacked("decoder.layers.", layer, Layers.NumLayers) with { LayerProvider = Layers };
            SelfAttention.AddTo(own.Inside("self_attention."), Layers);
            DenseMlp.AddTo(own, Layers);
        }
    }

    /// <summary>Adds the two layers between a tower and the language model, with a norm before them.</summary>
    public static void AddProjection(TableScope scope, ModelProvider provider, long from, long inner)
    {
        Norm.AddFused(scope, "encoder.linear_fc1", from, provider);
        scope.Linear("encoder.linear_fc1", [inner, from], Cut.Rows, provider.AddBiasLinear);
        scope.Linear("encoder.linear_fc2", [provider.HiddenSize, inner], Cut.Columns, provider.AddBiasLinear);
    }

    private static void AddEmbedder(TableScope scope, string name, long frames)
    {
        TableScope local = scope with { IsLocal = true };
        local.Linear(name, [Width, PixelsOfPatch * frames], Cut.Rows);
    }
}
