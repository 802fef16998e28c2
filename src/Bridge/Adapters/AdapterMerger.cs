using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Resharding;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Adapters;

/// <summary>
/// Merges an adapter into its model, each in either format; the merged model is of the format of the base, and everything that is not adapted
/// keeps its bits. <see cref="Open"/> plans and checks; <see cref="RunAsync"/> writes.
/// </summary>
public sealed class AdapterMerger : IConversion
{
    private readonly AdapterBase _base;
    private readonly AdapterFiles _adapter;
    private readonly HfMerge? _hf;
    private readonly CheckpointConversion? _megatron;

    private AdapterMerger(AdapterMergeOptions options, AdapterBase model, AdapterFiles adapter)
    {
        _base = model;
        _adapter = adapter;
        ConversionReport report;
        if (model.Megatron is { } checkpoint)
        {
            _megatron = OpenMegatron(options, model, checkpoint, adapter.Adapter);
            report = _megatron.Report;
        }
        else
        {
            _hf = new(options, model, adapter.Adapter);
            report = _hf.Report;
        }

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
        ConversionReport done = _megatron is null
            ? await _hf!.RunAsync(progress, cancellation).ConfigureAwait(false)
            : await _megatron.RunAsync(progress, cancellation).ConfigureAwait(false);
        return Report with { Bytes = done.Bytes, Elapsed = done.Elapsed };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _megatron?.Dispose();
        _adapter.Dispose();
        _base.Dispose();
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
