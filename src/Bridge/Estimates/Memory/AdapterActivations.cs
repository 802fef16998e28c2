using System.Globalization;
using MegatronBridge.Config;
using MegatronBridge.Model;

namespace MegatronBridge.Estimates.Memory;

/// <summary>What adapters keep besides: what A gives for each token, which the gradient of B needs. A reads what the layer has kept anyway.</summary>
internal sealed class AdapterActivations
{
    private const string Layers = "decoder.layers.";

    private readonly int _rank;
    private readonly Dictionary<int, (int Dense, int Experts)> _adapters = []; // of each layer

    /// <summary>Those of a model; none where nothing is frozen.</summary>
    public AdapterActivations(IReadOnlyList<ModelParameter> parameters, LoraSettings? lora)
    {
        if (lora is null)
        {
            return;
        }

        _rank = lora.Rank;
        foreach (ModelParameter weight in parameters.Where(weight => AdapterShares.IsTarget(weight, lora)))
        {
            if (LayerOf(weight.Name) is { } layer)
            {
                (int dense, int experts) = _adapters.GetValueOrDefault(layer);
                _adapters[layer] = weight.Expert is null ? (dense + 1, experts) : (dense, experts + 1);
            }
        }
    }

    /// <summary>Adds those of a layer.</summary>
    public void AddTo(ActivationTally tally, int layer, ModelProvider provider)
    {
        (int dense, int experts) = _adapters.GetValueOrDefault(layer);
        decimal bytes = (decimal)_rank * tally.Tokens.ElementBytes;
        tally.Add(ActivationModule.Kept, dense * bytes * tally.Tokens.Count);
        if (experts > 0)
        {
            tally.Add(ActivationModule.Experts, experts * bytes * tally.Tokens.Visits(provider));
        }
    }

    private static int? LayerOf(string name)
    {
        int start = name.IndexOf(Layers, StringComparison.Ordinal) + Layers.Length;
        int end = start < Layers.Length ? -1 : name.IndexOf('.', start);
        return
            end > start
            && int.TryParse(
                name.AsSpan(start, end - start),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out int layer
            )
            ? layer
            : null;
    }
}
