using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.LegacyTorch;
using MegatronBridge.Model;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch;
using MegatronBridge.Storage.Torch.Pickle;
using MegatronBridge.Storage.TorchDist;

namespace MegatronBridge.Resharding;

/// <summary>Lays out the files of a converted checkpoint, and says what they leave out.</summary>
internal sealed class ConversionTarget(
    MegatronCheckpoint source,
    SourceModel model,
    ModelTable table,
    ModelProvider provider,
    CommonContents common
)
{
    private const string OfLegacy = "the legacy format keeps it by rank, in another form";

    private readonly List<IgnoredEntry> _leftOut = [];

    /// <summary>The ranks.</summary>
    public required ParallelSizes Sizes { get; init; }

    /// <summary>Number of the iteration.</summary>
    public required long Iteration { get; init; }

    /// <summary>True when every rank has the same part of the model as in the source.</summary>
    public required bool IsSameLayout { get; init; }

    /// <summary>What is left out, and why.</summary>
    public IReadOnlyList<IgnoredEntry> LeftOut => _leftOut;

    /// <summary>Number of tensors in the files; of torch_dist, of their keys.</summary>
    public int TensorCount { get; private set; }

    private bool IsLegacy => source.Index is null;

    /// <summary>A torch_dist checkpoint under the source's own keys, and with the state of its optimizer.</summary>
    /// <exception cref="LayoutException">The model does not divide over the ranks.</exception>
    public MegatronOutput ToTorchDist(string checkpointId)
    {
        (SpelledParameter Parameter, ParameterChunk Chunk)[] chunks =
        [
            .. model.Parameters.SelectMany(parameter => parameter.Cut(Sizes).Select(chunk => (parameter, chunk))),
        ];
        OtherState others = OtherState.Of(source, model, chunks, Sizes, IsSameLayout);
        List<ShardItem> items =
        [
            .. chunks.Select(chunk => PlannedChunk.Of(chunk.Chunk, chunk.Parameter.View)),
            .. others.Chunks,
        ];
        if (IsLegacy)
        {
            items.AddRange(table.Objects.Select(entry => new PlannedObject(entry)));
            LeaveOutStates();
        }

        TensorCount = items.OfType<PlannedChunk>().Select(chunk => chunk.Chunk.Key).Distinct().Count();
        bool hasOptimizer =
            model.KeepsOptimizer
            && (model.Others.Count == 0 || !others.LeftOut.Any(entry => model.Others.Contains(entry.Name)));
        ObjectItem commonState = common.ToTorchDist(IsLegacy, hasOptimizer, Iteration);
        _leftOut.AddRange([.. others.LeftOut, .. common.LeftOut]);
        return MegatronOutput.Of(
            MegatronShards.Of(items, Sizes),
            checkpointId,
            commonState,
            others.Carried.ToLookup(carried => carried.Rank, carried => carried.Item)
        );
    }

    /// <summary>A legacy checkpoint, which has no place for the state of an optimizer that is not cut by ranks.</summary>
    /// <exception cref="LayoutException">The model does not divide over the ranks, or not in this format.</exception>
    public LegacyOutput ToLegacy()
    {
        LegacyContents contents = new() { View = model.View };
        if (IsLegacy)
        {
            LeaveOutStates();
        }
        else
        {
            Dictionary<string, PickleValue> states = States();
            Func<ModelObject, PickleValue> usual = contents.State;
            contents = contents with
            {
                State = entry =>
                    states.GetValueOrDefault(entry.ShardKey)
                    ?? states.GetValueOrDefault($"{entry.Name}/shard_0_1")
                    ?? usual(entry),
            };
        }

        _leftOut.AddRange(model.Others.Select(key => new IgnoredEntry(key, OfLegacy, null)));
        contents = common.ToLegacy(IsLegacy, Iteration, contents);
        _leftOut.AddRange(common.LeftOut);
        LegacyOutput output = LegacyOutput.Of(table, provider, Sizes, contents);
        TensorCount = output.DataFiles.Sum(file => file.Placements.Count);
        return output;
    }

    /// <summary>The extra states of modules that are not of experts, by key; all other objects are left out.</summary>
    private Dictionary<string, PickleValue> States()
    {
        Dictionary<string, PickleValue> states = new(StringComparer.Ordinal);
        foreach ((string key, _) in source.Index!.Objects)
        {
            if (key == TorchDistCheckpoint.CommonStateKey)
            {
                continue;
            }

            (_, PickleValue value, TorchFile? file) = source.Saved(key);
            bool isOfModule = key.Contains("._extra_state/shard_", StringComparison.Ordinal);
            bool isUsual = value == MegatronOutput.EmptyState || value == MegatronOutput.NoState;
            bool isOfExpert = key.Contains(".experts.", StringComparison.Ordinal);
            if (isOfModule && isUsual)
            {
                states.Add(key, ((PickleList)value).Items[0]);
            }
            else if (
                isOfModule
                && !isOfExpert
                && value is PickleList { Items: [var only] }
                && file?.FindTensor(only) is { } view
            )
            {
                states.Add(key, new TensorValue(view));
            }
            else
            {
                _leftOut.Add(new(key, OfLegacy, null));
            }
        }

        return states;
    }

    /// <summary>Extra states that are not empty: scales of FP8, which their ranks keep.</summary>
    private void LeaveOutStates() =>
        _leftOut.AddRange(
            source
                .Ranks.SelectMany(rank =>
                    rank.Source.ListTensors().Select(tensor => (Name: $"{rank.Name}/{tensor.Name}", tensor.View))
                )
                .Where(tensor =>
                    tensor.Name.EndsWith("._extra_state", StringComparison.Ordinal)
                    && tensor.View?.Shape.ElementCount > 0
                )
                .Select(tensor => new IgnoredEntry(tensor.Name, "the scales of FP8 are of one layout", null))
        );
}
