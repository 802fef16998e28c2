using System.Runtime.ExceptionServices;
using MegatronBridge.Config;
using MegatronBridge.Quantization;
using MegatronBridge.Storage;
using MegatronBridge.Storage.HuggingFace;

namespace MegatronBridge.Inspection;

/// <summary>A Hugging Face model with its config.</summary>
internal sealed class HfCheckpoint : Checkpoint
{
    private readonly HfFolder _folder;
    private readonly DequantizedSource? _dequantized;
    private readonly ExceptionDispatchInfo? _fault; // why there is none

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
        Files = [.. folder.Weights.Files.Keys.Select(name => Sized(folder.Weights.Path, name))];
        HfConfig config = HfConfig.Load(folder.PathOf(HfFolder.ConfigName));
        HfConfig = config;
        try
        {
            _dequantized = DequantizedSource.Of(folder, config);
        }
        catch (Exception e) when (e is MappingException or UnsupportedModelException or BadFileException)
        {
            _fault = ExceptionDispatchInfo.Capture(e);
        }

        Model = ModelIdentity.OfHf(config, () => Dequantized, _dequantized ?? (ITensorSource)folder);
    }

    /// <inheritdoc/>
    public override HfConfig HfConfig { get; }

    /// <inheritdoc/>
    internal override HfFolder HfFolder => _folder;

    /// <inheritdoc/>
    public override string Kind => "Hugging Face model";

    /// <inheritdoc/>
    public override IReadOnlyList<CheckpointTensor> Tensors { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Files { get; }

    /// <inheritdoc/>
    public override ModelIdentity Model { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<QuantizedTensor> Quantized => [.. _dequantized?.Quantized.Values ?? []];

    /// <inheritdoc/>
    public override ITensorSource Dequantized
    {
        get
        {
            _fault?.Throw();
            return _dequantized!;
        }
    }

    /// <inheritdoc/>
    public override long ParameterCount =>
        _dequantized?.Names.Sum(name => _dequantized.Find(name)!.Shape.ElementCount) ?? base.ParameterCount;

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
    private protected override void Close() => _folder.Dispose();
}
