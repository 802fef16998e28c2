using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.LegacyTorch;
using MegatronBridge.Storage.Torch;
using MegatronBridge.Storage.Torch.Pickle;
using MegatronBridge.Storage.TorchDist;

namespace MegatronBridge.Resharding;

/// <summary>What a checkpoint holds beside tensors - arguments, iteration, schedules - for another layout or format.</summary>
internal sealed class CommonContents
{
    private const string Arguments = "args";
    private const string Iteration = "iteration";
    private const string Optimizer = "optimizer";

    private readonly PickleDict _source;
    private readonly TorchFile? _file;
    private readonly ModelProvider _before;
    private readonly ModelProvider _after;
    private readonly List<IgnoredEntry> _leftOut = [];

    private CommonContents(CommonState? source, ModelProvider before, ModelProvider after)
    {
        _source = source?.Values ?? new();
        _file = source?.Source;
        _before = before;
        _after = after;
    }

    /// <summary>What is left out, and why.</summary>
    public IReadOnlyList<IgnoredEntry> LeftOut => _leftOut;

    /// <summary>The iteration that it tells, or null.</summary>
    public long? RecordedIteration => _source[Iteration].TryGetInt64(out long iteration) ? iteration : null;

    /// <summary>Reads it from the common state of a source, if that has one.</summary>
    /// <param name="source">The common state; of a legacy checkpoint all that the first rank has saved.</param>
    /// <param name="before">The complete config that it belongs to.</param>
    /// <param name="after">The complete config of the target.</param>
    public static CommonContents Of(CommonState? source, ModelProvider before, ModelProvider after) =>
        new(source, before, after);

    /// <summary>The common state of a torch_dist checkpoint.</summary>
    /// <param name="isOfRank">True when the source is the file of one rank of a legacy checkpoint.</param>
    /// <param name="hasOptimizer">True when the tensors that belong to the optimizer's settings go along.</param>
    /// <param name="iteration">Number of the iteration.</param>
    public ObjectItem ToTorchDist(bool isOfRank, bool hasOptimizer, long iteration)
    {
        List<(PickleValue, PickleValue)> entries = [];
        foreach ((PickleValue key, PickleValue value) in _source.Entries)
        {
            string name = key.TryGetText(out string? text) ? text : "";
            if (name == Arguments)
            {
                entries.Add((key, UpdatedArguments.Of(value, _before, _after, CheckpointFormat.TorchDist)));
            }
            else if (isOfRank ? IsOfRank(name) : name == Optimizer && !hasOptimizer)
            {
                LeaveOut(name, "it belongs to the ranks of the layout in which it was saved");
            }
            else if (name != Iteration && !(isOfRank && name.StartsWith("model", StringComparison.Ordinal)))
            {
                entries.Add((key, value));
            }
        }

        entries.Add((Iteration, iteration));
        if (_source["checkpoint_version"] is null)
        {
            entries.Add(("checkpoint_version", LegacyOutput.Version));
        }

        if (isOfRank)
        {
            entries.Add(("content_metadata", MegatronOutput.ContentMetadata()));
        }

        return new(TorchDistCheckpoint.CommonStateKey, new PickleList(new PickleDict([.. entries])), _file);
    }

    /// <summary>What stands around the model in the files of a legacy checkpoint.</summary>
    /// <param name="isOfRank">True when the source is the file of one rank of a legacy checkpoint.</param>
    /// <param name="iteration">Number of the iteration.</param>
    /// <param name="contents">The tensors, and all else that is not the head or the tail.</param>
    public LegacyContents ToLegacy(bool isOfRank, long iteration, LegacyContents contents)
    {
        PickleValue arguments =
            _source[Arguments] is { } given && given.TryGetAttributes(out _)
                ? UpdatedArguments.Of(given, _before, _after, CheckpointFormat.Torch)
                : ArgumentValues.ToNamespace(MegatronArgs.Of(_after).Values);
        List<(string, PickleValue)> tail = [];
        foreach ((PickleValue key, PickleValue value) in _source.Entries)
        {
            string name = key.TryGetText(out string? text) ? text : "";
            if (name == Optimizer || (isOfRank && IsOfRank(name)))
            {
                LeaveOut(name, "the legacy format keeps it by rank, in another form");
            }
            else if (
                name is not ("" or Arguments or Iteration or "checkpoint_version" or "content_metadata")
                && !(isOfRank && name.StartsWith("model", StringComparison.Ordinal))
            )
            {
                tail.Add((name, value));
            }
        }

        return contents with
        {
            Head = LegacyOutput.Head(arguments, iteration),
            Tail = tail,
            Source = _file,
        };
    }

    private static bool IsOfRank(string name) => name is Optimizer or "rng_state" or "rerun_state_machine";

    private void LeaveOut(string name, string reason) => _leftOut.Add(new(name, reason, null));
}
