using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Model;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Adapters;

/// <summary>
/// Converts a folder of the library peft to a Megatron checkpoint of adapters. <see cref="Open"/> plans and checks everything;
/// <see cref="RunAsync"/> writes.
/// </summary>
public sealed class AdapterImporter : IConversion
{
    private readonly AdapterImportOptions _options;
    private readonly PeftFolder _folder;
    private readonly MegatronOutput _output;
    private readonly RunConfig _runConfig;

    private AdapterImporter(AdapterImportOptions options, PeftFolder folder, AdapterBase model)
    {
        _options = options;
        _folder = folder;
        AdapterSet stored = folder.For(model.Family, model.Provider, model.Hf);
        AdapterSet adapter = options.TargetDType is { } dtype ? stored.CastTo(dtype) : stored;
        ModelProvider provider = model.Provider.Clone();
        options.Sizes.ApplyTo(provider);
        if (provider.Has("should_pad_vocab") && provider.VocabSize % options.Sizes.Tp != 0)
        {
            provider.ShouldPadVocab = true; // the vocabulary is not adapted
        }

        provider.Complete();
        AdapterPlan plan = AdapterPlan.Create(adapter, model.Family, provider, model.Hf);
        ShardItem[] items =
        [
            .. plan.Parameters.SelectMany(entry =>
                ParameterChunk.Cut(entry.Parameter, options.Sizes).Select(chunk => PlannedChunk.Of(chunk, entry.View))
            ),
        ];
        _output = MegatronOutput.Of(
            MegatronShards.Of(items, options.Sizes),
            Path.Combine(options.MegatronPath, CheckpointOutput.IterationName)
        );
        Settings = plan.Settings;
        _runConfig = RunConfigOf(options, provider, plan, model);
        Report = new()
        {
            Architecture = model.Family.Architecture,
            Target = options.MegatronPath,
            SourceTensors = folder.TensorCount,
            TargetTensors = items.OfType<PlannedChunk>().Select(chunk => chunk.Chunk.Key).Distinct().Count(),
            ParameterCount = adapter.ParameterCount,
            Files = [.. _output.DataFiles.Select(file => KeyValuePair.Create(file.Name, file.Length))],
            Ignored = [],
            Casts = [.. AdapterCasts.Of(stored, options.TargetDType)],
            Warnings = [.. adapter.Warnings, .. Warnings(plan, options.Sizes.Tp)],
            Notes = [.. Notes(plan)],
        };
    }

    /// <summary>What the adapter is in Megatron.</summary>
    public AdapterSettings Settings { get; }

    /// <summary>What the import will do.</summary>
    public ConversionReport Report { get; }

    /// <summary>Reads settings and headers, and plans. Nothing is written.</summary>
    /// <exception cref="BadFileException">A file breaks its format, the base is not at hand, or the target may not be written.</exception>
    /// <exception cref="UnsupportedModelException">The architecture is not known.</exception>
    /// <exception cref="MappingException">The adapter does not fit the model, or is none that Megatron can have.</exception>
    /// <exception cref="Layout.LayoutException">It does not divide over the ranks.</exception>
    public static AdapterImporter Open(AdapterImportOptions options)
    {
        options.Sizes.Validate();
        OutputFolder.Check(options.MegatronPath, options.HfAdapter, options.Overwrite, CheckpointOutput.IsOurs);
        PeftFolder folder = PeftFolder.Open(options.HfAdapter);
        try
        {
            string path =
                options.BaseModel
                ?? AdapterBase.Locate(folder.BaseModel, options.Hub)
                ?? throw new BadFileException(
                    options.HfAdapter,
                    $"the adapter belongs to {folder.BaseModel ?? "a model that it does not name"}, which is not on this machine. "
                        + "Name the model, or a folder with its config.json, with --base."
                );
            using AdapterBase model = AdapterBase.Open(path);
            return new(options, folder, model);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Writes the checkpoint. Until the last moment nothing is at the target; when this fails, nothing remains.</summary>
    /// <exception cref="BadFileException">A source ends early, or the disk is full.</exception>
    public async Task<ConversionReport> RunAsync(
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        IReadOnlyList<FileLayout> files = _output.IterationFiles(_runConfig);
        OutputFolder.RequireSpace(_options.MegatronPath, files, []);
        using StagedDirectory staged = StagedDirectory.Create(_options.MegatronPath, _options.Overwrite);
        TransferResult result = await TransferEngine
            .RunAsync(
                files,
                Path.Combine(staged.Path, CheckpointOutput.IterationName),
                _options.Transfer,
                progress,
                cancellation
            )
            .ConfigureAwait(false);
        await TransferEngine
            .RunAsync(CheckpointOutput.Trackers, staged.Path, _options.Transfer, cancellation: cancellation)
            .ConfigureAwait(false);
        staged.Commit();
        return Report with { Bytes = result.Bytes, Elapsed = result.Elapsed };
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private static RunConfig RunConfigOf(
        AdapterImportOptions options,
        ModelProvider provider,
        AdapterPlan plan,
        AdapterBase model
    )
    {
        // Upstream tells the parameters of the first stage, where one adapter of all experts has no number.
        IEnumerable<string> saved = plan
            .Parameters.Where(entry => entry.Parameter.Stage == 0)
            .Select(entry => entry.Parameter)
            .Select(parameter => parameter.Name[..^$"{parameter.Expert}".Length]);
        RunConfig config = RunConfig
            .ForConversion(provider, options.MegatronPath, null)
            .With(PeftSection.Name, PeftSection.Write(plan.Settings, plan.Slots, plan.AllSlots, saved));
        return model.Megatron is not null && config.Section("checkpoint") is { } checkpoint
            ? config.With("checkpoint", checkpoint.With("pretrained_checkpoint", model.Path))
            : config;
    }

    private static IEnumerable<string> Warnings(AdapterPlan plan, int tp)
    {
        if (plan.WholeRows.Count > 0)
        {
            yield return $"The magnitudes of {plan.WholeRows[0]} and {plan.WholeRows.Count - 1} more are those of whole rows, the same on all "
                + $"ranks. Megatron-Bridge on {tp} tensor parallel ranks divides them by the lengths of the columns that each rank has, which "
                + "makes another model: train on one, or merge first.";
        }
    }

    private static IEnumerable<string> Notes(AdapterPlan plan)
    {
        yield return $"In Megatron this is {plan.Settings.Method}, rank {plan.Settings.Rank}, alpha {plan.Settings.Alpha}.";
        if (plan.Filled.Count > 0)
        {
            yield return $"Megatron adapts all layers of a kind, so {plan.Filled.Count} weights get an adapter of zeros: "
                + $"{string.Join(", ", plan.Filled.Take(3))}{(plan.Filled.Count > 3 ? ", ..." : "")}. An export leaves them out again.";
        }
    }
}
