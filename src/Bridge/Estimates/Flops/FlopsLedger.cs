using MegatronBridge.Config;

namespace MegatronBridge.Estimates.Flops;

/// <summary>The blocks of a model while its layers are counted.</summary>
internal sealed class FlopsLedger(SequenceBatch batch, LoraSettings? lora, UpstreamSlips slips)
{
    private const string Adapters = "LoRA adapters";
    private readonly OrderedDictionary<string, BlockTally> _blocks = [];
    private readonly BlockTally _adapters = new(Adapters, null, null);

    /// <summary>The sequences.</summary>
    public SequenceBatch Batch { get; } = batch;

    /// <summary>Tokens of the sequences.</summary>
    public decimal Tokens { get; } = batch.Tokens;

    /// <summary>All blocks, adapters last.</summary>
    public IReadOnlyList<BlockFlops> Blocks =>
        [.. _blocks.Values.Select(block => block.Flops), .. lora is null ? [] : new[] { _adapters.Flops }];

    /// <summary>True when to count as upstream does, though it is wrong.</summary>
    public bool Imitates(UpstreamSlips slip) => slips.HasFlag(slip);

    /// <summary>Refuses adapters of which no linear layer is the place.</summary>
    /// <exception cref="InvalidConfigException">A target is no layer of the model, or the rank below 1.</exception>
    public void RequireAdapters()
    {
        if (lora is { TargetModules.Count: > 0 })
        {
            lora.Require(_blocks.Values.SelectMany(block => block.Modules));
        }
    }

    /// <summary>One more layer of a kind of block.</summary>
    public BlockTally Layer(string name)
    {
        if (!_blocks.TryGetValue(name, out BlockTally? block))
        {
            block = new(name, lora, _adapters);
            _blocks.Add(name, block);
        }

        return block.Layer();
    }
}
