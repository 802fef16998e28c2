using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Torch;

namespace MegatronBridge.Inspection;

/// <summary>A file that <c>torch.save</c> wrote. Nothing in it is executed.</summary>
internal sealed class TorchFileCheckpoint : Checkpoint
{
    private readonly InputFile _file;

    private TorchFileCheckpoint(InputFile file, TorchFile torch)
        : base(file.Path)
    {
        _file = file;
        string name = System.IO.Path.GetFileName(file.Path);
        IReadOnlyList<NamedTensor> tensors = torch.ListTensors();
        Tensors =
        [
            .. tensors
                .Where(tensor => tensor.View is not null)
                .DistinctBy(tensor => tensor.Name)
                .Select(tensor => new CheckpointTensor(tensor.Name, tensor.View!, [name], null)),
        ];
        Files = [new(name, file.Length)];
        Facts =
        [
            .. PickleFacts.Of(torch.Root),
            .. tensors
                .Where(tensor => tensor.View is null)
                .Select(tensor => KeyValuePair.Create(tensor.Name, tensor.Problem!)),
        ];
    }

    /// <inheritdoc/>
    public override string Kind => "torch file";

    /// <inheritdoc/>
    public override IReadOnlyList<CheckpointTensor> Tensors { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Files { get; }

    /// <summary>What is in it beside tensors, and tensors that have no plain data.</summary>
    public override IReadOnlyList<KeyValuePair<string, string>> Facts { get; }

    /// <summary>Takes over the file, which is of torch.</summary>
    public static TorchFileCheckpoint Of(InputFile file) => new(file, TorchFile.Open(file));

    /// <inheritdoc/>
    private protected override void Close() => _file.Dispose();
}
