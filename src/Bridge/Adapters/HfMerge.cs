using MegatronBridge.Conversion;
using MegatronBridge.Quantization;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>Writes a Hugging Face model again, in the same files, with other weights.</summary>
internal sealed class HfMerge
{
    private readonly AdapterMergeOptions _options;
    private readonly HfFolder _folder;
    private readonly HfOutput _output;

    public HfMerge(AdapterMergeOptions options, AdapterBase model, AdapterSet adapter)
    {
        _options = options;
        _folder =
            model.Hf
            ?? throw new BadFileException(
                options.BaseModel,
                "there are no safetensors files, so there is nothing to merge into."
            );
        OutputFolder.Check(options.Output, options.BaseModel, options.Overwrite, HfOutput.IsOurs);
        MergedTensors merged = new(adapter, _folder, model.Family, model.Provider);
        OrderedDictionary<string, TensorView> tensors = new(
            merged.Names.Select(name => KeyValuePair.Create(name, merged.Find(name)!)),
            StringComparer.Ordinal
        );
        DequantizedSource source = DequantizedSource.Of(_folder, model.Config!);
        _output = HfOutput.Of(tensors, model.Family, _folder, source, long.MaxValue);
        Report = new()
        {
            Architecture = model.Family.Architecture,
            Target = options.Output,
            SourceTensors = tensors.Count,
            TargetTensors = tensors.Count,
            ParameterCount = tensors.Values.Sum(view => view.Shape.ElementCount),
            Files = [.. _output.Files.Select(file => KeyValuePair.Create(file.Name, file.Length))],
            Ignored = [],
            Casts = [],
            Notes = [],
        };
    }

    /// <summary>What will be written.</summary>
    public ConversionReport Report { get; }

    /// <summary>Writes it.</summary>
    public async Task<ConversionReport> RunAsync(IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        (string Source, string Name)[] sideFiles =
        [
            .. _folder
                .FileNames.Where(name =>
                    SideFiles.IsTokenizer(name) || SideFiles.IsModel(name) || name == HfFolder.ConfigName
                )
                .Select(name => (_folder.PathOf(name), name)),
        ];
        OutputFolder.RequireSpace(_options.Output, _output.Files, sideFiles.Select(file => file.Source));
        using StagedDirectory staged = StagedDirectory.Create(_options.Output, _options.Overwrite);
        TransferResult result = await TransferEngine
            .RunAsync(_output.Files, _output.FolderIn(staged), _options.Transfer, progress, cancellation)
            .ConfigureAwait(false);
        _output.Finish(staged, sideFiles, config: null);
        cancellation.ThrowIfCancellationRequested();
        staged.Commit();
        return Report with { Bytes = result.Bytes, Elapsed = result.Elapsed };
    }
}
