using System.Globalization;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Storage.Checkpoints;
using MegatronBridge.Storage.TorchDist;

namespace MegatronBridge.Inspection;

/// <summary>A distributed checkpoint: of Megatron-Core, or of torch alone.</summary>
internal sealed class TorchDistFolder : Checkpoint
{
    private readonly CheckpointLocation _location;
    private readonly TorchDistIndex _index;

    private TorchDistFolder(MegatronCheckpoint checkpoint)
        : base(checkpoint.Location.Folder)
    {
        Megatron = checkpoint;
        _location = checkpoint.Location;
        _index = checkpoint.Index!;
        Tensors =
        [
            .. _index.Tensors.Select(tensor => new CheckpointTensor(
                tensor.Key,
                checkpoint.Find(tensor.Key)!,
                [.. tensor.Chunks.Select(chunk => chunk.Place.File).Distinct()],
                LayoutGuess.ChunkGridOf(tensor)
            )),
        ];
        IEnumerable<string> names = Tensors
            .SelectMany(tensor => tensor.Files)
            .Concat(_index.Objects.Select(item => item.Value.File));
        Files = [.. names.Distinct().Order(StringComparer.Ordinal).Select(name => Sized(Path, name))];
        Model = ModelIdentity.OfMegatron(checkpoint);
        Layout = FindLayout();
        IEnumerable<KeyValuePair<string, string>> common = checkpoint.CommonState is { } state
            ? PickleFacts.Of(state.Values)
            : [];
        Facts = [.. Origin().Concat(common).DistinctBy(fact => fact.Key)];
    }

    /// <inheritdoc/>
    internal override MegatronCheckpoint Megatron { get; }

    /// <inheritdoc/>
    public override string Kind =>
        _location.Kind == CheckpointKind.TorchDist
            ? "Megatron distributed checkpoint (torch_dist)"
            : "distributed checkpoint of torch, without Megatron's metadata.json";

    /// <inheritdoc/>
    public override IReadOnlyList<CheckpointTensor> Tensors { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Files { get; }

    /// <inheritdoc/>
    public override ModelIdentity Model { get; }

    /// <inheritdoc/>
    public override CheckpointLayout? Layout { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, string>> Facts { get; }

    public static TorchDistFolder Open(CheckpointLocation location)
    {
        MegatronCheckpoint checkpoint = MegatronCheckpoint.Open(location.Folder);
        try
        {
            return new(checkpoint);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    private protected override void Close() => Megatron.Dispose();

    private CheckpointLayout? FindLayout() =>
        Model.Provider is not null && Megatron.RecordedSizes() is { } sizes ? new(sizes, "by the checkpoint's config")
        : LayoutGuess.Of(_index) is { } guess ? new(guess, "guessed from the chunks and the files that they are in")
        : null;

    private IEnumerable<KeyValuePair<string, string>> Origin()
    {
        if (_location.Iteration is { } iteration)
        {
            yield return new("iteration", iteration.ToString(CultureInfo.InvariantCulture));
        }

        if (Megatron.HfModelId is { } model)
        {
            yield return new("converted from", model);
        }

        yield return new("objects", _index.Objects.Count.ToString(CultureInfo.InvariantCulture));
    }
}
