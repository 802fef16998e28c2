using MegatronBridge.Config;
using MegatronBridge.Estimates.Blocks;
using MegatronBridge.Model;

namespace MegatronBridge.Estimates.Flops;

/// <summary>A language model: all its blocks, and what stands around them.</summary>
internal static class LanguageModelFlops
{
    /// <summary>Adds it.</summary>
    public static void AddTo(FlopsLedger ledger, ModelProvider model, UpstreamSlips slips)
    {
        foreach (ModelBlock block in ModelBlocks.Of(model, slips))
        {
            AddBlock(ledger, block);
        }

        AddLayerEmbeddings(ledger, model);
        AddLogits(ledger, model);
    }

    private static void AddBlock(FlopsLedger ledger, ModelBlock block)
    {
        ModelProvider provider = block.Provider;
        switch (block.Kind)
        {
            case BlockKind.Attention:
                AttentionFlops.AddTo(ledger, provider, block.Window);
                break;
            case BlockKind.LatentAttention:
                LatentAttentionFlops.AddTo(ledger, provider, block.HasIndexer);
                break;
            case BlockKind.CompressedAttention:
                CompressedAttentionFlops.AddTo(ledger, provider, block.Ratio);
                break;
            case BlockKind.DeltaNet:
                DeltaNetFlops.AddTo(ledger, provider);
                break;
            case BlockKind.KimiDelta:
                DeltaNetFlops.AddKimiTo(ledger, provider);
                break;
            case BlockKind.Mamba:
                MambaFlops.AddTo(ledger, provider, MambaMixer.Of(provider));
                break;
            case BlockKind.Mlp:
                MlpFlops.AddDense(ledger, provider);
                break;
            case BlockKind.Experts:
                MlpFlops.AddExperts(ledger, provider);
                break;
            case BlockKind.Linear:
                BlockTally linear = ledger.Layer("linear layer in place of a block");
                linear.Weights("linear", provider.HiddenSize, provider.HiddenSize, ledger.Tokens);
                break;
            default:
                AddJoin(ledger, provider);
                break;
        }
    }

    // The decoder's output and the next token's embedding, each normed, become one; a norm stands behind. The norms count, as upstream
    // counts them.
    private static void AddJoin(FlopsLedger ledger, ModelProvider model)
    {
        decimal hidden = model.HiddenSize;
        BlockTally block = ledger.Layer("join for multi-token prediction");
        block.Weights("eh_proj", 2 * hidden, hidden, ledger.Tokens);
        block.Weights("norms", 1, 3 * hidden, ledger.Tokens);
    }

    // Gemma 4: each layer takes a part of an embedding of its own.
    private static void AddLayerEmbeddings(FlopsLedger ledger, ModelProvider model)
    {
        if (!model.IsGemma4Dense || model.PerLayerEmbedDim == 0 || ledger.Imitates(UpstreamSlips.LayerEmbeddings))
        {
            return;
        }

        decimal hidden = model.HiddenSize;
        decimal size = model.PerLayerEmbedDim;
        for (int layer = 0; layer < model.NumLayers; layer++)
        {
            BlockTally block = ledger.Layer("embeddings of layers");
            block.Weights("per_layer_model_proj", hidden, size, ledger.Tokens);
            block.Weights("per_layer_input_gate", hidden, size, ledger.Tokens);
            block.Weights("per_layer_projection", size, hidden, ledger.Tokens);
        }
    }

    // The vocabulary is padded, whether the model's is or not, as upstream counts it: training on several ranks pads it.
    private static void AddLogits(FlopsLedger ledger, ModelProvider model)
    {
        decimal multiple = model.MakeVocabSizeDivisibleBy * (model.IsGemma4Dense ? 1m : model.TensorModelParallelSize);
        decimal rows = decimal.Ceiling(model.VocabSize / multiple) * multiple;
        bool isClassifier = model.Has("num_labels") && !ledger.Imitates(UpstreamSlips.Classifier);
        decimal outputs = isClassifier ? model.Count("num_labels") : rows;
        int heads = 1 + ModelBlocks.CountPredictions(model);
        for (int head = 0; head < heads; head++)
        {
            BlockTally block = ledger.Layer(isClassifier ? "scores" : "logits");
            block.Weights("output_layer", model.HiddenSize, outputs, ledger.Tokens);
        }
    }
}
