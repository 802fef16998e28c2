using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Inspection;

/// <summary>A pickle without an archive around it, such as a <c>.metadata</c> file. Nothing in it is executed.</summary>
internal sealed class PickleCheckpoint : Checkpoint
{
    private const int LargestFile = 1 << 30;

    private PickleCheckpoint(InputFile file, PickleValue root)
        : base(file.Path)
    {
        Files = [new(System.IO.Path.GetFileName(file.Path), file.Length)];
        Facts = [.. PickleFacts.Of(root)];
    }

    /// <inheritdoc/>
    public override string Kind => "pickle";

    /// <inheritdoc/>
    public override IReadOnlyList<CheckpointTensor> Tensors => [];

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Files { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, string>> Facts { get; }

    /// <summary>True when the file begins as a pickle of protocol 2 or newer.</summary>
    public static bool IsIn(InputFile file) => file.Length >= 2 && file.Read(0, 2) is [0x80, >= 2 and <= 5];

    /// <summary>Reads the file, which may be closed then.</summary>
    public static PickleCheckpoint Of(InputFile file) =>
        file.Length <= LargestFile
            ? new(file, PickleReader.Read(file.Path, file.Read(0, (int)file.Length)))
            : throw new BadFileException(file.Path, $"a pickle of {file.Length} bytes is too large.");

    /// <inheritdoc/>
    private protected override void Close() { }
}
