using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Inspection;

/// <summary>A safetensors file, or a folder of them, without a config that tells the model.</summary>
internal sealed class SafetensorsCheckpoint : Checkpoint
{
    private readonly IDisposable _source;

    private SafetensorsCheckpoint(SafetensorsFile file)
        : base(file.Path)
    {
        _source = file;
        string name = System.IO.Path.GetFileName(file.Path);
        Kind = "safetensors file";
        Tensors = [.. file.Tensors.Select(tensor => Of(tensor.Key, tensor.Value, name))];
        Files = [new(name, new FileInfo(file.Path).Length)];
        Facts = [.. (file.Metadata ?? new Dictionary<string, string>()).Select(entry => entry)];
    }

    private SafetensorsCheckpoint(SafetensorsFolder folder)
        : base(folder.Path)
    {
        _source = folder;
        Kind = "folder of safetensors files, without config.json";
        Tensors = [.. folder.Tensors.Select(tensor => Of(tensor.Key, tensor.Value, folder.FileNames[tensor.Key]))];
        Files = [.. folder.Files.Keys.Select(name => Sized(folder.Path, name))];
        Facts = [];
    }

    /// <inheritdoc/>
    public override string Kind { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<CheckpointTensor> Tensors { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Files { get; }

    /// <summary>The texts in the file's header.</summary>
    public override IReadOnlyList<KeyValuePair<string, string>> Facts { get; }

    public static bool IsFolderWithoutConfig(string path) =>
        Directory.Exists(path) && !HfFolder.HasConfig(path) && Directory.EnumerateFiles(path, "*.safetensors").Any();

    public static SafetensorsCheckpoint OpenFile(string path) => new(SafetensorsFile.Open(path));

    public static SafetensorsCheckpoint OpenFolder(string path) => new(SafetensorsFolder.Open(path));

    /// <inheritdoc/>
    private protected override void Close() => _source.Dispose();

    private static CheckpointTensor Of(string name, TensorView view, string file) => new(name, view, [file], null);
}
