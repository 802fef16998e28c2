using MegatronBridge.Config;
using MegatronBridge.Config.Schema;

namespace MegatronBridge.Model.Towers;

/// <summary>A tower that Megatron builds of its own layers, with a config of its own: they are cut and stacked as a decoder's are.</summary>
/// <param name="Scope">Where its rows go.</param>
/// <param name="Config">Its config.</param>
internal sealed record BuiltTower(TableScope Scope, ModelProvider Config)
{
    /// <summary>Makes the config of the tower that <paramref name="copied"/> describes; <c>vision_config</c> calls its heads <c>num_heads</c>.</summary>
    /// <exception cref="InvalidConfigException">The heads do not divide over the ranks of the model.</exception>
    public static BuiltTower Of(CopiedModule copied, ModelProvider model)
    {
        GptModelProvider tower = new()
        {
            NumLayers = copied.Count("depth"),
            HiddenSize = (int)copied.Size("hidden_size"),
            FfnHiddenSize = (int)copied.Size("intermediate_size"),
            NumAttentionHeads = (int)copied.Size("num_heads"),
            AddBiasLinear = true,
            AddQkvBias = true,
        };
        if (tower.HiddenSize % tower.NumAttentionHeads != 0)
        {
            throw copied.Config.Wrong("hidden_size", $"a multiple of num_heads ({tower.NumAttentionHeads})");
        }

        return tower.NumAttentionHeads % model.TensorModelParallelSize == 0
            ? new(copied.Scope, tower)
            : throw new InvalidConfigException(
                $"vision_config.num_heads ({tower.NumAttentionHeads}) must be a multiple of tensor_model_parallel_size "
                    + $"({model.TensorModelParallelSize})."
            );
    }

    /// <summary>Adds the layers.</summary>
    public void AddLayers()
    {
        for (int layer = 0; layer < Config.NumLayers; layer++)
        {
            TableScope own = Scope.Stacked("decoder.layers.", layer, Config.NumLayers) with { LayerProvider = Config };
            SelfAttention.AddTo(own.Inside("self_attention."), Config);
            DenseMlp.AddTo(own, Config);
        }
    }

    /// <summary>Adds a merger of neighbouring patches: a norm, and an MLP from the patches together to the output.</summary>
    public void AddMerger(TableScope own, long normWidth, long merged, long output)
    {
        Norm.AddTo(own, "patch_norm", normWidth, Config);
        own.Linear("linear_fc1", [merged, merged], Cut.Rows, hasBias: true);
        own.Linear("linear_fc2", [output, merged], Cut.Columns, hasBias: true);
    }
}
