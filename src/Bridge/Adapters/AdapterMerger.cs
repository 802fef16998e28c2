using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Quantization;
using MegatronBridge.Resharding;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tools;

namespace MegatronBridge.Adapters;

/// <summary>
/// Merges an adapter into its model, each in either format; the merged model is of the format of the base, and everything that is not adapted
/// keeps its bits. <see cref="Open"/> plans and checks; <see cref="RunAsync"/> writes.
/// </summary>
public sealed class AdapterMerger : IConversion
{
    private readonly AdapterBase _base;
    private readonly AdapterFiles _adapter;
    private readonly IConversion _conversion;

    private AdapterMerger(AdapterMergeOptions options, AdapterBase model, AdapterFiles adapter)
    {
        _base = model;
        _adapter = adapter;
        _conversion = model.Megatron is { } checkpoint
            ? OpenMegatron(options, model, checkpoint, adapter.Adapter)
            : OpenHf(options, model, adapter.Adapter);
        ConversionReport report = _conversion.Report;
        Report = report with
        {
            Architecture = model.Family.Architecture,
            Warnings = [.. report.Warnings, .. adapter.Adapter.Warnings],
            Notes =
            [
                $"{adapter.Adapter.Updates.Count} weights are merged with adapters of rank {adapter.Adapter.Settings.Rank}"
                    + $"{(adapter.Adapter.Settings.Method == AdapterMethod.Dora ? " and their magnitudes" : "")}.",
                .. report.Notes,
            ],
        };
    }

    /// <summary>What the merge will do.</summary>
    public ConversionReport Report { get; }

    /// <summary>Reads configs and headers, and plans. Nothing is written.</summary>
    /// <exception cref="BadFileException">A file breaks its format, or the target may not be written.</exception>
    /// <exception cref="UnsupportedModelException">The architecture is not known, or cannot be told.</exception>
    /// <exception cref="MappingException">The adapter does not fit the model; all faults are told.</exception>
    public static AdapterMerger Open(AdapterMergeOptions options)
    {
        OutputFolder.Check(options.Output, options.Adapter, options.Overwrite, _ => true); // the base is checked where its format is known
        AdapterBase model = AdapterBase.Open(options.BaseModel);
        AdapterFiles? adapter = null;
        try
        {
            adapter = AdapterFiles.Open(options.Adapter, model.Family, model.Provider, model.Hf);
            return new(options, model, adapter);
        }
        catch
        {
            adapter?.Dispose();
            model.Dispose();
            throw;
        }
    }

    /// <summary>Writes the merged model. Until the last moment nothing is at the target; when this fails, nothing remains.</summary>
    /// <exception cref="BadFileException">A source ends early, or the disk is full.</exception>
    public async Task<ConversionReport> RunAsync(
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ConversionReport done = await _conversion.RunAsync(progress, cancellation).ConfigureAwait(false);
        return Report with { Bytes = done.Bytes, Elapsed = done.Elapsed };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _conversion.Dispose();
        _adapter.Dispose();
        _base.Dispose();
    }

    private static ModelRewrite OpenHf(AdapterMergeOptions options, AdapterBase model, AdapterSet adapter)
    {
        HfFolder folder =
            model.Hf
            ?? throw new BadFileException(
                options.BaseModel,
                "there are no safetensors files, so there is nothing to merge into."
            );
        ToolOptions tool = new()
        {
            HfPath = options.Output,
            Overwrite = options.Overwrite,
            Transfer = options.Transfer,
        };
        ModelRewrite.CheckTarget(tool, options.BaseModel);
        MergedTensors merged = new(adapter, folder, model.Family, model.Provider);
        OrderedDictionary<string, TensorView> tensors = new(
            merged.Names.Select(name => KeyValuePair.Create(name, merged.Find(name)!)),
            StringComparer.Ordinal
        );
        DequantizedSource source = DequantizedSource.Of(folder, model.Config!);
        ConversionReport report = new()
        {
            Architecture = model.Family.Architecture,
            Target = options.Output,
            SourceTensors = tensors.Count,
            TargetTensors = tensors.Count,
            ParameterCount = tensors.Values.Sum(view => view.Shape.ElementCount),
            Files = [],
            Ignored = [],
            Casts = [],
            Notes = [],
        };
        HfOutput output = HfOutput.Of(tensors, model.Family, folder, source, long.MaxValue);
        return new(tool, folder, output, null, report);
    }

    private static CheckpointConversion OpenMegatron(
        AdapterMergeOptions options,
        AdapterBase model,
        MegatronCheckpoint checkpoint,
        AdapterSet adapter
    )
    {
        CheckpointConversionOptions conversion = new()
        {
            From = options.BaseModel,
            To = options.Output,
            Format = checkpoint.Index is null ? CheckpointFormat.Torch : CheckpointFormat.TorchDist,
            Sizes = (checkpoint.RecordedSizes() ?? ParallelSizes.One) with { Cp = 1 },
            Overwrite = options.Overwrite,
            Transfer = options.Transfer,
        };
        return CheckpointConversion.Open(
            conversion,
            (source, provider) =>
            {
                MergedWeights weights = new(adapter);
                Dictionary<string, Binding> bindings = Binding
                    .Bind(model.Family, provider, ModelTable.Build(provider))
                    .ToDictionary(binding => binding.Parameter.Name, StringComparer.Ordinal);
                SourceModel merged = source.WithWeights(
                    (parameter, view) =>
                        bindings.TryGetValue(parameter.Name, out Binding? binding) ? weights.Merge(binding, view) : view
                );
                weights.RequireAll();
                return merged;
            }
        );
    }
}
