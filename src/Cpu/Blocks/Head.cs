using MegatronBridge.Config;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>The last norm, and the projection to a score for each token of the vocabulary, or for each label of a classifier.</summary>
internal sealed class Head
{
    private readonly StreamHead? _streams;
    private readonly RowNorm _norm;
    private readonly Linear _projection;
    private readonly float _factor;
    private readonly float _cap;
    private readonly bool _isWhole; // on every rank

    /// <summary>Builds it from the scope of the language model; a tied one has the weight of the embedding.</summary>
    public Head(WeightScope scope, EmbeddingTable? embedding)
    {
        ModelProvider provider = scope.Provider;
        _streams = StreamHead.OrNull(scope.Inside("decoder."));
        _norm = scope.NormOrNull("decoder.final_layernorm.") ?? scope.Norm("decoder.final_norm.");
        const string name = "output_layer";
        Matrix? bias = scope.VectorOrNull(name + ".bias");
        Weight weight = scope.Has(name + ".weight")
            ? scope.Matrix(name + ".weight")
            : embedding?.Tokens
                ?? throw new InvalidConfigException("The model has neither a head nor an embedding to tie it to.");
        _projection = new(weight, bias);
        _factor = (float)(
            (provider.IsOn("use_mup") ? provider.NumberOr("mup_output_mult", 1) : 1)
            * provider.NumberOr("lm_head_multiplier", 1)
        );
        _cap = (float)provider.NumberOr("final_logit_softcapping", 0);
        _isWhole = provider.Has("num_labels");
        Outputs = _isWhole ? weight.Rows : provider.VocabSize;
    }

    /// <summary>Number of scores, padding of the vocabulary not counted.</summary>
    public int Outputs { get; }

    /// <summary>logits <c>[tokens, outputs]</c> become the scores after the last layer, x <c>[tokens, streams · hidden]</c>.</summary>
    public void Forward(ForwardPass pass, Matrix x, Matrix logits)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        Matrix normed = frame.Take(x.Rows, _projection.Inputs); // [tokens, hidden]
        Matrix own = frame.Take(x.Rows, _projection.Outputs); // [tokens, outputs of the rank]
        if (_streams is not null)
        {
            _streams.Forward(pass, x, normed);
            x = normed;
        }
        else
        {
            x = x.ColumnRange(0, normed.Columns); // what the decoder ends with is in the first stream
        }

        _norm.Run(pass.Workers, x, normed);
        _projection.Run(pass.Workers, normed, own);
        Matrix all = own;
        if (!_isWhole && pass.Parallel.Tensor.Size > 1)
        {
            all = frame.Take(x.Rows, own.Columns * pass.Parallel.Tensor.Size);
            Collectives.GatherColumns(pass.Parallel.Tensor, pass.Scratch, own, all);
        }

        logits.CopyFrom(all.ColumnRange(0, Outputs));
        Rows.Scale(logits, _factor);
        for (int token = 0; token < logits.Rows && _cap > 0; token++)
        {
            foreach (ref float score in logits[token])
            {
                score = _cap * MathF.Tanh(score / _cap);
            }
        }
    }
}
