using MegatronBridge.Config;
using MegatronBridge.Estimates.Flops;
using MegatronBridge.Model;

namespace MegatronBridge.Estimates.Blocks;

/// <summary>The blocks of a language model, layer by layer, each with the config that it is built from.</summary>
internal sealed class ModelBlocks
{
    private readonly ModelProvider _model;
    private readonly UpstreamSlips _slips;
    private readonly long?[] _windows;

    private ModelBlocks(ModelProvider model, UpstreamSlips slips)
    {
        _model = model;
        _slips = slips;
        Predictions = model.MtpNumLayers switch
        {
            null => model.Has("hybrid_layer_pattern") ? HybridPattern.Of(model).PredictionDepths : 0,
            >= 0 and <= HybridPattern.MostPredictions and var layers => layers,
            var layers => throw new InvalidConfigException(
                $"mtp_num_layers must be a number from 0 to {HybridPattern.MostPredictions}, found {layers}."
            ),
        };
        _windows = Imitates(UpstreamSlips.Windows) ? AttentionWindows.ByFieldsAlone(model) : AttentionWindows.Of(model);
    }

    /// <summary>How many multi-token predictions a model makes.</summary>
    public static int CountPredictions(ModelProvider model) => new ModelBlocks(model, UpstreamSlips.None).Predictions;

    private int Predictions { get; }

    /// <summary>The blocks, in the order in which a token meets them.</summary>
    /// <exception cref="InvalidConfigException">A field that tells the kinds of the layers is not as it must be.</exception>
    /// <exception cref="UnsupportedModelException">A layer is of an unknown kind.</exception>
    public static IEnumerable<ModelBlock> Of(ModelProvider model, UpstreamSlips slips = UpstreamSlips.None)
    {
        ModelBlocks own = new(model, slips);
        return model.Has("hybrid_layer_pattern") ? own.OfHybrid()
            : model.Has("falconh1_stack_spec") ? own.OfFalcon()
            : own.OfDecoder();
    }

    private bool Imitates(UpstreamSlips slip) => _slips.HasFlag(slip);

    private IEnumerable<ModelBlock> OfDecoder()
    {
        bool[] experts = LayerPattern.Experts(_model);
        bool[] linear = LayerPattern.LinearAttention(_model);
        bool isDensePrediction = LayerSpec.Of(_model).HasDensePrediction && !Imitates(UpstreamSlips.DensePrediction);
        CompressedAttentionFlops.Check(_model);
        DeltaNetFlops.CheckKimi(_model);
        for (int counted = 0; counted < _model.NumLayers + Predictions; counted++)
        {
            bool predicts = counted >= _model.NumLayers;
            int layer = predicts ? _model.NumLayers - 1 : counted; // a prediction layer is like the decoder's last
            if (predicts)
            {
                yield return new(BlockKind.Join, _model, counted);
            }

            ModelProvider provider = Imitates(UpstreamSlips.OwnSizes) ? _model : _model.OfLayer(counted);
            LayerBlock? block = Imitates(UpstreamSlips.OwnSizes) ? null : provider.BlockOf(layer);
            if ((block?.Attention ?? BlockPart.Whole) == BlockPart.Whole)
            {
                yield return AttentionOf(provider, counted, layer, linear[layer]);
            }
            else if (block!.Attention == BlockPart.Linear)
            {
                yield return new(BlockKind.Linear, provider, counted);
            }

            if (experts[layer] && !(predicts && isDensePrediction))
            {
                yield return new(BlockKind.Experts, provider, counted);
            }
            else if ((block?.Mlp ?? BlockPart.Whole) == BlockPart.Whole)
            {
                yield return new(BlockKind.Mlp, provider, counted);
            }
            else if (block!.Mlp == BlockPart.Linear)
            {
                yield return new(BlockKind.Linear, provider, counted);
            }
        }
    }

    private ModelBlock AttentionOf(ModelProvider provider, int counted, int layer, bool isLinear)
    {
        if (provider.ExperimentalAttentionVariant == "dsv4_hybrid")
        {
            return new(BlockKind.CompressedAttention, provider, counted) { Ratio = provider.CompressRatio(counted) };
        }

        if (provider.Has("kimi_kda_layers") && provider.IsKimiDeltaLayer(layer))
        {
            return new(BlockKind.KimiDelta, provider, counted);
        }

        if (provider.MultiLatentAttention)
        {
            // Prediction layers are numbered from the start again.
            int own = counted < provider.NumLayers ? counted : counted - provider.NumLayers;
            return new(BlockKind.LatentAttention, provider, counted) { HasIndexer = provider.HasSparseIndexer(own) };
        }

        return isLinear
            ? new(BlockKind.DeltaNet, provider, counted)
            : new(BlockKind.Attention, provider, counted) { Window = _windows[counted] };
    }

    private IEnumerable<ModelBlock> OfHybrid()
    {
        HybridPattern pattern = HybridPattern.Of(_model);
        if (
            Predictions > 0
            && Predictions != pattern.PredictionDepths
            && !(_model.MtpUseRepeatedLayer && pattern.Prediction.Length > 0)
        )
        {
            throw new InvalidConfigException(
                $"mtp_num_layers is {Predictions}, but hybrid_layer_pattern {_model.HybridLayerPattern} has the layers of "
                    + $"{pattern.PredictionDepths} predictions behind slashes."
            );
        }

        for (int layer = 0; layer < pattern.Layers.Length; layer++)
        {
            yield return OfLetter(pattern.Layers[layer], layer, _windows[layer]);
        }

        for (int depth = 0; depth < Predictions; depth++)
        {
            int counted = pattern.Layers.Length + depth;
            if (!Imitates(UpstreamSlips.HybridJoin))
            {
                yield return new(BlockKind.Join, _model, counted);
            }

            foreach (char letter in pattern.Prediction)
            {
                yield return OfLetter(letter, counted, null);
            }
        }
    }

    private ModelBlock OfLetter(char letter, int layer, long? window) =>
        letter switch
        {
            HybridPattern.Mamba => new(BlockKind.Mamba, _model, layer),
            HybridPattern.Attention => new(BlockKind.Attention, _model, layer) { Window = window },
            HybridPattern.Mlp => new(BlockKind.Mlp, _model, layer),
            HybridPattern.Experts => new(BlockKind.Experts, _model, layer),
            HybridPattern.DeltaNet => new(BlockKind.DeltaNet, _model, layer),
            _ => throw new UnsupportedModelException(
                $"hybrid_layer_pattern has layers of kind '{letter}'; known are {HybridPattern.Known}."
            ),
        };

    private IEnumerable<ModelBlock> OfFalcon()
    {
        if (Predictions > 0)
        {
            throw new InvalidConfigException(
                $"Falcon-H1 has no layers for multi-token prediction, but mtp_num_layers is {Predictions}."
            );
        }

        for (int layer = 0; layer < _model.NumLayers; layer++)
        {
            if (Says("use_mamba") && !Imitates(UpstreamSlips.ParallelMixers))
            {
                yield return new(BlockKind.Mamba, _model, layer);
            }

            if (Says("use_attention"))
            {
                yield return new(BlockKind.Attention, _model, layer) { Window = _windows[layer] };
            }

            if (Says("use_mlp"))
            {
                yield return new(BlockKind.Mlp, _model, layer);
            }
        }
    }

    private bool Says(string field) =>
        _model[field] is ConfigValue.Flag { Value: var value }
            ? value
            : throw new InvalidConfigException($"{field} must be true or false, found {_model[field]}.");
}
