using System.Globalization;
using MegatronBridge.Adapters;
using MegatronBridge.Config;
using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Ranks;

namespace MegatronBridge.Estimates.Memory;

/// <summary>
/// What adapters keep besides: what A gives for each token, which the gradient of B needs, and with DoRA what the layer gives, which that
/// of the magnitudes needs. A reads what the layer has kept anyway.
/// </summary>
internal sealed class AdapterActivations
{
    private const string Layers = "decoder.layers.";
    private const int Matrices = 2; // the product of B and A, and the sum with the weight, of which DoRA takes norms

    private readonly int _rank;
    private readonly bool _hasMagnitudes;
    private readonly long _largest;
    private readonly Dictionary<int, List<(ModelParameter Weight, long Rows)>> _adapters = []; // of each layer

    /// <summary>Those of a model; none where nothing is frozen.</summary>
    public AdapterActivations(
        IReadOnlyList<ModelParameter> parameters,
        LoraSettings? lora,
        ModelProvider provider,
        ParallelSizes sizes
    )
    {
        if (lora is null)
        {
            return;
        }

        _rank = lora.Rank;
        _hasMagnitudes = lora.Method == AdapterMethod.Dora;
        foreach (ModelParameter weight in parameters.Where(weight => AdapterShares.IsTarget(weight, lora)))
        {
            int alike = weight.Expert is null ? 1 : RankPlace.ExpertsOfRank(weight, sizes);
            _largest = Math.Max(_largest, RankShare.Of(weight, sizes).Elements / alike);
            if (LayerOf(weight.Name) is { } layer)
            {
                _adapters.TryAdd(layer, []);
                _adapters[layer].AddRange(AdapterShares.RowsOf(weight, lora, provider).Select(rows => (weight, rows)));
            }
        }
    }

    /// <summary>Elements that are needed for a moment: DoRA makes the adapted weight for its norms.</summary>
    public decimal Transient => _hasMagnitudes ? (decimal)Matrices * _largest : 0;

    /// <summary>Adds those of a layer.</summary>
    public void AddTo(ActivationTally tally, int layer, ModelProvider provider)
    {
        foreach ((ModelParameter weight, long rows) in _adapters.GetValueOrDefault(layer) ?? [])
        {
            bool isCut = weight.Cut.Axis == 0;
            if (weight.Expert is not null)
            {
                decimal width =
                    _rank
                    + (
                        !_hasMagnitudes ? 0
                        : isCut ? (decimal)rows / tally.Tokens.Etp
                        : rows
                    );
                tally.Add(ActivationModule.Experts, width * tally.Tokens.ElementBytes * tally.Tokens.Visits(provider));
                continue;
            }

            tally.Add(ActivationModule.Kept, (decimal)_rank * tally.Tokens.ElementBytes * tally.Tokens.Count);
            if (_hasMagnitudes && isCut)
            {
                tally.Shared(rows);
            }
            else if (_hasMagnitudes)
            {
                tally.Residual(rows);
            }
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
