using MegatronBridge.Config;
using MegatronBridge.Storage.HuggingFace;

namespace MegatronBridge.Inspection;

/// <summary>A Hugging Face model with its config.</summary>
internal sealed class HfCheckpoint : Checkpoint
{
    private readonly HfFolder _folder;

    private HfCheckpoint(HfFolder folder)
        : base(folder.Path)
    {
        _folder = folder;
        Tensors =
        [
            .. folder.Weights.Tensors.Select(tensor => new CheckpointTensor(
                tensor.Key,
                tensor.Value,
                [folder.Weights.FileNames[tensor.Key]],
                null
            )),
        ];
        Files = [.. folder.Weights.Files.Keys.Select(name => Sized(folder.Path, name))];
        Model = ModelIdentity.OfHf(HfConfig.Load(folder.PathOf(HfFolder.ConfigName)), folder);
    }

    /// <inheritdoc/>
    public override string Kind => "Hugging Face model";

    /// <inheritdoc/>
    public override IReadOnlyList<CheckpointTensor> Tensors { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Files { get; }

    /// <inheritdoc/>
    public override ModelIdentity Model { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, string>> Facts =>
        [new("other files", string.Join(", ", _folder.FileNames.Except(Files.Select(file => file.Key))))];

    public static HfCheckpoint OpenFolder(string path)
    {
        HfFolder folder = HfFolder.Open(path);
        try
        {
            return new(folder);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => _folder.Dispose();
}
