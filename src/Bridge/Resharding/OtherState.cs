using System.Globalization;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.TorchDist;

namespace MegatronBridge.Resharding;

/// <summary>
/// What a torch_dist checkpoint has beside the model, and what becomes of it in another: state of an optimizer that is cut like the
/// parameters goes along; what belongs to the ranks of one layout only when that stays.
/// </summary>
internal sealed class OtherState
{
    private const string OfRanks =
        "it belongs to the ranks of the layout in which it was saved, and the new one is another";

    private readonly MegatronCheckpoint _source;
    private readonly bool _isSameLayout;
    private readonly RankGrid _grid;
    private readonly List<PlannedChunk> _chunks = [];
    private readonly List<(int Rank, SaveItem Item)> _carried = [];
    private readonly List<IgnoredEntry> _leftOut = [];

    private OtherState(MegatronCheckpoint source, ParallelSizes sizes, bool isSameLayout)
    {
        _source = source;
        _isSameLayout = isSameLayout;
        _grid = new(sizes);
    }

    /// <summary>Tensors that are cut like parameters.</summary>
    public IReadOnlyList<PlannedChunk> Chunks => _chunks;

    /// <summary>What is written as it is, and by which rank.</summary>
    public IReadOnlyList<(int Rank, SaveItem Item)> Carried => _carried;

    /// <summary>What is left out, and why.</summary>
    public IReadOnlyList<IgnoredEntry> LeftOut => _leftOut;

    /// <summary>Sorts it: <paramref name="chunks"/> are those of the model in the new layout.</summary>
    public static OtherState Of(
        MegatronCheckpoint source,
        SourceModel model,
        IReadOnlyList<(SpelledParameter Parameter, ParameterChunk Chunk)> chunks,
        ParallelSizes sizes,
        bool isSameLayout
    )
    {
        OtherState state = new(source, sizes, isSameLayout);
        var ofKey = chunks.ToLookup(chunk => chunk.Chunk.Key, StringComparer.Ordinal);
        foreach (string key in model.Others)
        {
            state.AddTensor(key, ofKey);
        }

        foreach ((string key, ItemPlace place) in source.Index?.Objects ?? [])
        {
            state.AddObject(key, place);
        }

        return state;
    }

    /// <summary><c>optimizer.state.exp_avg.decoder.final_layernorm.weight</c> is cut like <c>decoder.final_layernorm.weight</c>.</summary>
    private void AddTensor(string key, ILookup<string, (SpelledParameter Parameter, ParameterChunk Chunk)> ofKey)
    {
        TensorView tensor = _source.Find(key)!;
        for (int dot = key.IndexOf('.'); dot >= 0; dot = key.IndexOf('.', dot + 1))
        {
            string of = key[(dot + 1)..];
            if (ofKey[of].FirstOrDefault() is { Parameter: { } first } && _source.Find(of)!.Shape == tensor.Shape)
            {
                TensorView padded = first.Padding == 0 ? tensor : tensor.PadTo(0, tensor.Shape[0] + first.Padding);
                _chunks.AddRange(
                    ofKey[of]
                        .Select(entry => new PlannedChunk(
                            entry.Chunk with
                            {
                                Key = key,
                            },
                            padded.Slice(entry.Chunk.InKey)
                        ))
                );
                return;
            }
        }

        StoredTensor? stored = _source.Index?.FindTensor(key);
        if (!_isSameLayout || stored is null)
        {
            _leftOut.Add(new(key, OfRanks, null));
            return;
        }

        foreach (StoredChunk chunk in stored.Chunks)
        {
            _carried.Add(
                (
                    RankOf(chunk.Place),
                    new TensorChunk(key, stored.Shape, chunk.Box, tensor.Slice(chunk.Box), isStacked: false)
                )
            );
        }
    }

    private void AddObject(string key, ItemPlace place)
    {
        if (key == TorchDistCheckpoint.CommonStateKey)
        {
            return;
        }

        bool isOfModule = key.Contains("._extra_state/shard_", StringComparison.Ordinal);
        if (isOfModule || _isSameLayout)
        {
            _carried.Add((RankOf(place), _source.Saved(key)));
        }
        else
        {
            _leftOut.Add(new(key, OfRanks, null));
        }
    }

    /// <summary>The rank that has written an item, <c>__3_0.distcp</c>, if the new layout has it; else the first.</summary>
    private int RankOf(ItemPlace place) =>
        place.File.Split('_') is [_, _, var number, ..]
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int rank)
        && rank < _grid.Sizes.WorldSize
            ? rank
            : 0;
}
