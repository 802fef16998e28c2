namespace MegatronBridge.Estimates.Flops;

/// <summary>Adds up the operations of one kind of block.</summary>
internal sealed class BlockTally(string name, LoraSettings? lora, BlockTally? adapters)
{
    private readonly HashSet<string> _modules = [];
    private int _layers;
    private decimal _forward;
    private decimal _training;

    /// <summary>The sums.</summary>
    public BlockFlops Flops => new(name, _layers, _forward, _training);

    /// <summary>Names of the modules that have weights.</summary>
    public IEnumerable<string> Modules => _modules;

    /// <summary>Begins another layer.</summary>
    public BlockTally Layer()
    {
        _layers++;
        return this;
    }

    /// <summary>
    /// A product with weights <c>[output, input]</c> at so many positions. Training makes three such products: forward, for the
    /// gradient of the input, for that of the weights; the last is not needed where weights are frozen, the one before not where the
    /// input is cut off (<paramref name="passes"/> 2), and neither where nothing is learned (1). Fused layers tell what
    /// <paramref name="parts"/> their output has, by the names of canonical LoRA.
    /// </summary>
    public void Weights(
        string module,
        decimal input,
        decimal output,
        decimal positions,
        int passes = 3,
        params ReadOnlySpan<(string Name, decimal Rows)> parts
    )
    {
        _modules.Add(module);
        decimal forward = 2 * input * output * positions;
        bool isFrozen = lora is not null && passes > 1;
        Add(forward, forward * (isFrozen ? passes - 1 : passes));
        foreach (string? target in lora?.AdaptersOf(module, isGated: parts.Length > 0, isRoutedExpert: false) ?? [])
        {
            decimal rows = output;
            foreach ((string part, decimal ofPart) in parts)
            {
                rows = part == target ? ofPart : rows;
            }

            decimal adapter = 2 * (decimal)lora!.Rank * (input + rows) * positions;
            adapters!.Add(adapter, 3 * adapter);
        }
    }

    /// <summary>Products between what was computed before: each has two more in the backward pass.</summary>
    public void Values(decimal forward) => Add(forward, 3 * forward);

    /// <summary>Operations of which the backward pass is not twice the forward pass.</summary>
    public void Add(decimal forward, decimal training)
    {
        _forward += forward;
        _training += training;
    }
}
