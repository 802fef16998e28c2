using MegatronBridge.Config;
using MegatronBridge.Estimates.Blocks;
using MegatronBridge.Layout;
using MegatronBridge.Model;

namespace MegatronBridge.Estimates.Memory;

/// <summary>What the ranks of each pipeline stage keep of a microbatch, and what they need for a moment.</summary>
internal sealed class StageActivations
{
    private const int TokenBytes = 2 * sizeof(long); // its number and its position

    private readonly ModelProvider _provider;
    private readonly ParallelSizes _sizes;
    private readonly RankTokens _tokens;
    private readonly Recomputation _recomputation;
    private readonly PipelineSplit _split;
    private readonly decimal _adapted;
    private readonly Dictionary<(int Pp, int Vp), List<ActivationTally>> _layers = [];

    public StageActivations(
        ModelProvider provider,
        ParallelSizes sizes,
        TrainingSettings settings,
        IReadOnlyList<ModelParameter> parameters
    )
    {
        _provider = provider;
        _sizes = sizes;
        _tokens = RankTokens.Of(provider, settings);
        _recomputation = Recomputation.Of(provider);
        _split = new(provider);
        AdapterActivations adapters = new(parameters, settings.Lora, provider, sizes);
        _adapted = adapters.Transient * _tokens.ElementBytes;
        foreach (IGrouping<int, ModelBlock> layer in ModelBlocks.Of(provider).GroupBy(block => block.Layer))
        {
            ActivationTally tally = new(_tokens);
            foreach (ModelBlock block in layer)
            {
                BlockActivations.AddTo(tally, block);
            }

            adapters.AddTo(tally, layer.Key, provider);

            (int Pp, int Vp) place = layer.Key < provider.NumLayers ? _split.StageOf(layer.Key) : _split.MtpStage;
            _layers.TryAdd(place, []);
            _layers[place].Add(tally);
        }
    }

    private decimal LayerInput =>
        _provider.HiddenSize
        * _tokens.ElementBytes
        * (_recomputation.SharesInputs ? _tokens.Count / _tokens.Tp : _tokens.Residual);

    /// <summary>Bytes that a microbatch keeps of each virtual stage of a pipeline rank.</summary>
    public IEnumerable<decimal> Kept(int stage) => Enumerable.Range(0, _sizes.Vp).Select(chunk => Kept(stage, chunk));

    /// <summary>The most that is needed besides, for a moment.</summary>
    public decimal Transient(int stage)
    {
        decimal again = Enumerable.Range(0, _sizes.Vp).Max(chunk => Recomputed(Layers(stage, chunk)));
        decimal gathered = _tokens.IsSequenceParallel ? _provider.HiddenSize * _tokens.Count * _tokens.ElementBytes : 0;
        decimal logits = stage == _split.LossStage.Pp ? Logits : 0;
        return again + gathered + logits + _adapted;
    }

    // In the model's type, and once more in float32 for the loss.
    private decimal Logits =>
        _provider.Has("num_labels")
            ? 0
            : (decimal)_provider.PaddedVocabSize
                / _tokens.Tp
                * _tokens.Count
                * (_tokens.ElementBytes + sizeof(float))
                * (1 + (_provider.MtpNumLayers ?? 0));

    private decimal Kept(int stage, int chunk)
    {
        List<ActivationTally> layers = Layers(stage, chunk);
        int again = Math.Min(layers.Count, _recomputation.UnitLayers == 0 ? 0 : _recomputation.MostLayers);
        int units = again == 0 ? 0 : ((again - 1) / _recomputation.UnitLayers) + 1;
        decimal kept = (units * LayerInput) + layers.Skip(again).Sum(layer => layer.Bytes(_recomputation.Freed));
        if ((stage, chunk) == (0, 0))
        {
            kept += TokenBytes * _tokens.Count;
            kept += _provider.HiddenDropout > 0 ? _provider.HiddenSize * _tokens.Residual : 0;
        }

        if ((stage, chunk) == _split.LossStage)
        {
            kept += 2 * _provider.HiddenSize * _tokens.Residual * _tokens.ElementBytes; // what the last norm and the head read
        }

        return kept;
    }

    private decimal Recomputed(List<ActivationTally> layers)
    {
        if (_recomputation.UnitLayers == 0)
        {
            return layers.Count == 0 || _recomputation.Freed.Count == 0
                ? 0
                : layers.Max(layer => layer.Bytes(Recomputation.Nothing) - layer.Bytes(_recomputation.Freed));
        }

        return layers
            .Take(_recomputation.MostLayers)
            .Chunk(_recomputation.UnitLayers)
            .Select(unit => unit.Sum(layer => layer.Bytes(Recomputation.Nothing)))
            .DefaultIfEmpty()
            .Max();
    }

    private List<ActivationTally> Layers(int stage, int chunk) => _layers.GetValueOrDefault((stage, chunk)) ?? [];
}
