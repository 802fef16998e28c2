using MegatronBridge.Config;
using MegatronBridge.Model;

namespace MegatronBridge.Estimates.Flops;

/// <summary>A language model, layer by layer, each with the config that it is built from.</summary>
internal sealed class LanguageModelFlops
{
    private readonly ModelProvider _model;
    private readonly FlopsLedger _ledger;
    private readonly int _predictions;
    private readonly long?[] _windows;

    private LanguageModelFlops(ModelProvider model, FlopsLedger ledger)
    {
        _model = model;
        _ledger = ledger;
        _predictions = model.MtpNumLayers is { } given and not 0 ? Predictions(given) : 0;
        _windows = ledger.Imitates(UpstreamSlips.Windows)
            ? AttentionWindows.ByFieldsAlone(model)
            : AttentionWindows.Of(model);
    }

    /// <summary>Adds all blocks.</summary>
    public static void AddTo(FlopsLedger ledger, ModelProvider model)
    {
        LanguageModelFlops own = new(model, ledger);
        if (model.Has("hybrid_layer_pattern"))
        {
            own.AddHybrid();
        }
        else if (model.Has("falconh1_stack_spec"))
        {
            own.AddFalcon();
        }
        else
        {
            own.AddDecoder();
        }

        own.AddLogits();
    }

    private void AddDecoder()
    {
        bool[] experts = LayerPattern.Experts(_model);
        bool[] linear = LayerPattern.LinearAttention(_model);
        LayerSpec spec = LayerSpec.Of(_model);
        if (_model.ExperimentalAttentionVariant == "dsv4_hybrid")
        {
            CompressedAttentionFlops.Check(_model);
        }

        if (_model.Has("kimi_kda_layers"))
        {
            DeltaNetFlops.CheckKimi(_model);
        }

        for (int counted = 0; counted < _model.NumLayers + _predictions; counted++)
        {
            bool predicts = counted >= _model.NumLayers;
            int layer = predicts ? _model.NumLayers - 1 : counted; // a prediction layer is like the decoder's last
            if (predicts)
            {
                AddJoin();
            }

            ModelProvider provider = _ledger.Imitates(UpstreamSlips.OwnSizes) ? _model : _model.OfLayer(counted);
            LayerBlock? block = provider.BlockOf(layer);
            if (_ledger.Imitates(UpstreamSlips.OwnSizes) || (block?.Attention ?? BlockPart.Whole) == BlockPart.Whole)
            {
                AddAttention(provider, counted, layer, linear[layer]);
            }
            else
            {
                AddReplacement(block!.Attention);
            }

            bool isDense = predicts && spec.HasDensePrediction && !_ledger.Imitates(UpstreamSlips.DensePrediction);
            if (experts[layer] && !isDense)
            {
                MlpFlops.AddExperts(_ledger, provider);
            }
            else if (_ledger.Imitates(UpstreamSlips.OwnSizes) || (block?.Mlp ?? BlockPart.Whole) == BlockPart.Whole)
            {
                MlpFlops.AddDense(_ledger, provider);
            }
            else
            {
                AddReplacement(block!.Mlp);
            }
        }

        AddLayerEmbeddings();
    }

    private void AddAttention(ModelProvider provider, int counted, int layer, bool isLinear)
    {
        if (provider.ExperimentalAttentionVariant == "dsv4_hybrid")
        {
            CompressedAttentionFlops.AddTo(_ledger, provider, provider.CompressRatio(counted));
        }
        else if (provider.Has("kimi_kda_layers") && provider.IsKimiDeltaLayer(layer))
        {
            DeltaNetFlops.AddKimiTo(_ledger, provider);
        }
        else if (provider.MultiLatentAttention)
        {
            // Prediction layers are numbered from the start again.
            int own = counted < provider.NumLayers ? counted : counted - provider.NumLayers;
            LatentAttentionFlops.AddTo(_ledger, provider, provider.HasSparseIndexer(own));
        }
        else if (isLinear)
        {
            DeltaNetFlops.AddTo(_ledger, provider);
        }
        else
        {
            AttentionFlops.AddTo(_ledger, provider, _windows[counted]);
        }
    }

    private void AddReplacement(BlockPart part)
    {
        if (part == BlockPart.Linear)
        {
            _ledger
                .Layer("linear layer in place of a block")
                .Weights("linear", _model.HiddenSize, _model.HiddenSize, _ledger.Tokens);
        }
    }

    private void AddHybrid()
    {
        HybridPattern pattern = HybridPattern.Of(_model);
        int depths = pattern.Prediction.Length == 0 ? 0 : _predictions;
        for (int layer = 0; layer < pattern.Layers.Length; layer++)
        {
            AddHybridLayer(pattern.Layers[layer], _windows[layer]);
        }

        for (int depth = 0; depth < depths; depth++)
        {
            if (!_ledger.Imitates(UpstreamSlips.HybridJoin))
            {
                AddJoin();
            }

            foreach (char kind in pattern.Prediction)
            {
                AddHybridLayer(kind, null);
            }
        }
    }

    private void AddHybridLayer(char kind, long? window)
    {
        switch (kind)
        {
            case HybridPattern.Mamba:
                MambaFlops.AddTo(_ledger, _model, MambaMixer.Of(_model));
                break;
            case HybridPattern.Attention:
                AttentionFlops.AddTo(_ledger, _model, window);
                break;
            case HybridPattern.Mlp:
                MlpFlops.AddDense(_ledger, _model);
                break;
            case HybridPattern.Experts:
                MlpFlops.AddExperts(_ledger, _model);
                break;
            case HybridPattern.DeltaNet:
                DeltaNetFlops.AddTo(_ledger, _model);
                break;
            default:
                throw new UnsupportedModelException(
                    $"hybrid_layer_pattern has layers of kind '{kind}'; known are {HybridPattern.Known}."
                );
        }
    }

    private void AddFalcon()
    {
        for (int layer = 0; layer < _model.NumLayers; layer++)
        {
            if (_model["use_mamba"] == true && !_ledger.Imitates(UpstreamSlips.ParallelMixers))
            {
                MambaFlops.AddTo(_ledger, _model, MambaMixer.Of(_model));
            }

            if (_model["use_attention"] == true)
            {
                AttentionFlops.AddTo(_ledger, _model, _windows[layer]);
            }

            if (_model["use_mlp"] == true)
            {
                MlpFlops.AddDense(_ledger, _model);
            }
        }
    }

    // The decoder's output and the next token's embedding, each normed, become one; a norm stands behind. The norms count, as upstream
    // counts them.
    private void AddJoin()
    {
        decimal hidden = _model.HiddenSize;
        BlockTally block = _ledger.Layer("join for multi-token prediction");
        block.Weights("eh_proj", 2 * hidden, hidden, _ledger.Tokens);
        block.Weights("norms", 1, 3 * hidden, _ledger.Tokens);
    }

    // Gemma 4: each layer takes a part of an embedding of its own.
    private void AddLayerEmbeddings()
    {
        if (!_model.IsGemma4Dense || _model.PerLayerEmbedDim == 0 || _ledger.Imitates(UpstreamSlips.LayerEmbeddings))
        {
            return;
        }

        decimal hidden = _model.HiddenSize;
        decimal size = _model.PerLayerEmbedDim;
        for (int layer = 0; layer < _model.NumLayers; layer++)
        {
            BlockTally block = _ledger.Layer("embeddings of layers");
            block.Weights("per_layer_model_proj", hidden, size, _ledger.Tokens);
            block.Weights("per_layer_input_gate", hidden, size, _ledger.Tokens);
            block.Weights("per_layer_projection", size, hidden, _ledger.Tokens);
        }
    }

    // The vocabulary is padded, whether the model's is or not, as upstream counts it: training on several ranks pads it.
    private void AddLogits()
    {
        decimal multiple =
            _model.MakeVocabSizeDivisibleBy * (_model.IsGemma4Dense ? 1m : _model.TensorModelParallelSize);
        decimal rows = decimal.Ceiling(_model.VocabSize / multiple) * multiple;
        bool isClassifier = _model.Has("num_labels") && !_ledger.Imitates(UpstreamSlips.Classifier);
        for (int head = 0; head <= _predictions; head++)
        {
            _ledger
                .Layer(isClassifier ? "scores" : "logits")
                .Weights(
                    "output_layer",
                    _model.HiddenSize,
                    isClassifier ? _model.Count("num_labels") : rows,
                    _ledger.Tokens
                );
        }
    }

    private static int Predictions(int layers) =>
        layers is >= 0 and <= 1024
            ? layers
            : throw new InvalidConfigException($"mtp_num_layers must be a number from 0 to 1024, found {layers}.");
}
