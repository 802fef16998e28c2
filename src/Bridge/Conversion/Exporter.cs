using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Hub;
using MegatronBridge.Quantization;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conversion;

/// <summary>
/// Converts a Megatron checkpoint to a Hugging Face folder. <see cref="Open"/> plans and checks everything that headers
/// tell; <see cref="RunAsync"/> writes.
/// </summary>
public sealed class Exporter : IConversion
{
    private readonly ExportOptions _options;
    private readonly MegatronCheckpoint _checkpoint;
    private readonly HfFolder? _reference;
    private readonly DequantizedSource? _source; // the tensors of the reference
    private readonly HfOutput _output;
    private readonly HfConfig _config;
    private readonly IReadOnlyList<string> _configChanges;

    // The original has codes and scales, and this export has numbers.
    private bool IsWithoutQuantization => _source is { Quantized.Count: > 0 } && !_options.Quantize;

    // The ranks of a legacy checkpoint have their optimizer beside the tensors.
    private IReadOnlyList<IgnoredEntry> LeftOut =>
        [
            .. Plan.Ignored,
            .. _checkpoint.OptimizerOfRanks().Select(name => new IgnoredEntry(name, ExportPlan.IsOptimizer, null)),
        ];

    private Exporter(ExportOptions options, MegatronCheckpoint checkpoint, HfFolder? reference)
    {
        _options = options;
        _checkpoint = checkpoint;
        _reference = reference;

        HfConfig? original = reference is null
            ? options.HfConfig
            : HfConfig.Load(reference.PathOf(HfFolder.ConfigName));
        _source = reference is null ? null : DequantizedSource.Of(reference, original!);
        Family? family = options.Family ?? (original is null ? null : FamilyList.Of(original));
        ModelProvider provider = checkpoint.Provider() ?? OfOriginal(checkpoint, family, original, _source?.Names);
        family ??= FamilyRecognition.Of(provider);
        _config = original is null ? new(family.ToHf(provider)) : family.ToHf(provider, original, _source?.Names);
        if (reference is null && original is not null)
        {
            FamilyRecognition.RequireSame(family, _config, provider);
        }

        if ((_source is { Quantized.Count: > 0 } && !options.Quantize) || (_source is null && original is not null))
        {
            _config = QuantizationConfig.RemoveFrom(_config);
            original = QuantizationConfig.RemoveFrom(original!);
        }

        _configChanges = original is null
            ? []
            :
            [
                .. original
                    .Differences(_config)
                    .Select(change => $"{change.Key}: {Json(change.Here)} -> {Json(change.There)}"),
            ];
        Plan = ExportPlan.Create(checkpoint, family, provider, _source, options.TargetDType);
        if (options.Strict)
        {
            Losses.Refuse("Tensors that would be left out, which --strict forbids", LeftOut);
            Losses.Refuse(
                "Tensors that would come from the original model and not from the checkpoint, which --strict forbids",
                Plan.TakenOver.Where(entry => entry.EqualTo is null)
            );
        }

        IReadOnlyDictionary<string, TensorView> tensors = Tensors();
        _output = HfOutput.Of(tensors, family, reference, _source, options.MaxShardBytes);
        Report = new()
        {
            Architecture = family.Architecture,
            Target = options.HfPath,
            SourceTensors = checkpoint.Names.Count,
            TargetTensors = tensors.Count,
            ParameterCount = Plan.Tensors.Values.Sum(view => view.Shape.ElementCount),
            Files = [.. _output.Files.Select(file => KeyValuePair.Create(file.Name, file.Length))],
            Ignored = LeftOut,
            TakenOver = Plan.TakenOver,
            Casts = Plan.Casts,
            Notes = [.. Notes()],
        };
    }

    /// <summary>What is made of what.</summary>
    public ExportPlan Plan { get; }

    /// <summary>What the export will do.</summary>
    public ConversionReport Report { get; }

    /// <summary>Checks the target alone, as <see cref="Open"/> does too: worth it before a model is downloaded.</summary>
    /// <exception cref="BadFileException">The target may not be written.</exception>
    public static void CheckTarget(ExportOptions options) =>
        OutputFolder.Check(options.HfPath, options.MegatronPath, options.Overwrite, HfOutput.IsOurs);

    /// <summary>Reads configs and headers, and plans. Nothing is written.</summary>
    /// <exception cref="BadFileException">A file breaks its format, or the target may not be written.</exception>
    /// <exception cref="UnsupportedModelException">The architecture is not known, or cannot be told.</exception>
    /// <exception cref="MappingException">The weights do not fit the config, or not the original model.</exception>
    public static Exporter Open(ExportOptions options)
    {
        CheckTarget(options);
        MegatronCheckpoint checkpoint = MegatronCheckpoint.Open(options.MegatronPath);
        HfFolder? reference = null;
        try
        {
            reference = OpenReference(options, checkpoint);
            return new(options, checkpoint, reference);
        }
        catch
        {
            reference?.Dispose();
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>Writes the model. Until the last moment nothing is at the target; when this fails, nothing remains.</summary>
    /// <exception cref="BadFileException">A source ends early, or the disk is full.</exception>
    /// <exception cref="MappingException">A tensor of the original that was to be written as a copy is none there.</exception>
    public async Task<ConversionReport> RunAsync(
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        bool isSameConfig = _source is not null && !IsWithoutQuantization && _configChanges.Count == 0;
        (string Source, string Name)[] sideFiles = [.. SideFilesToCopy(isSameConfig)];
        OutputFolder.RequireSpace(_options.HfPath, _output.Files, sideFiles.Select(file => file.Source));
        if (_source is not null)
        {
            await EqualCopies
                .CheckAsync(_source, Plan.TakenOver, _options.Transfer, cancellation)
                .ConfigureAwait(false);
        }

        await _checkpoint.CheckCopiesAsync(_options.Transfer, cancellation).ConfigureAwait(false);
        using StagedDirectory staged = StagedDirectory.Create(_options.HfPath, _options.Overwrite);
        TransferResult result = await TransferEngine
            .RunAsync(_output.Files, _output.FolderIn(staged), _options.Transfer, progress, cancellation)
            .ConfigureAwait(false);
        _output.Finish(staged, sideFiles, isSameConfig ? null : _config.Json);
        cancellation.ThrowIfCancellationRequested();
        staged.Commit();
        return Report with { Bytes = result.Bytes, Elapsed = result.Elapsed };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reference?.Dispose();
        _checkpoint.Dispose();
    }

    private static ModelProvider OfOriginal(
        MegatronCheckpoint checkpoint,
        Family? family,
        HfConfig? original,
        IReadOnlyCollection<string>? tensors
    )
    {
        if (family is null || original is null)
        {
            throw new BadFileException(
                checkpoint.Location.Folder,
                $"the checkpoint has neither {RunConfig.FileName} nor arguments, so nothing says what model it is. "
                    + "Name the original model with --hf-model."
            );
        }

        ModelProvider provider = family.ToProvider(original, tensors);
        provider.Complete();
        return provider;
    }

    /// <summary>The model that the checkpoint was made of: as told, else where the checkpoint says that it came from.</summary>
    private static HfFolder? OpenReference(ExportOptions options, MegatronCheckpoint checkpoint)
    {
        if (options.HfModel is not null)
        {
            return HfFolder.Open(options.HfModel);
        }

        if (options.HfConfig is not null)
        {
            return null;
        }

        string? origin = checkpoint.HfModelId;
        if (origin is not null && HfFolder.HasConfig(origin))
        {
            return HfFolder.Open(origin);
        }

        if (origin is null || HubReference.TryParse(origin) is not { } reference)
        {
            return null;
        }

        using HuggingFaceHub hub = new(options.Hub ?? HubOptions.FromEnvironment());
        return hub.FindCached(reference) is { } snapshot ? HfFolder.Open(snapshot.Path) : null;
    }

    private IEnumerable<(string Source, string Name)> SideFilesToCopy(bool withConfig)
    {
        if (_reference is null)
        {
            return checkpointTokenizer();
        }

        return _reference
            .FileNames.Where(name =>
                SideFiles.IsTokenizer(name)
                || SideFiles.IsModel(name)
                || (withConfig && name == HfFolder.ConfigName)
                || (_options.Quantize && name == QuantizationConfig.ModelOptFileName)
            )
            .Select(name => (_reference.PathOf(name), name));

        IEnumerable<(string, string)> checkpointTokenizer() =>
            _checkpoint.TokenizerFiles.Select(path => (path, Path.GetFileName(path)));
    }

    /// <summary>The tensors to be written, in the order of the model.</summary>
    private IReadOnlyDictionary<string, TensorView> Tensors()
    {
        if (!_options.Quantize)
        {
            return new OrderedDictionary<string, TensorView>(
                Plan.Names.Select(name => KeyValuePair.Create(name, Plan.Tensors[name]))
            );
        }

        return _source is { Quantized.Count: > 0 } && _options.TargetDType is null
            ? QuantizedExport.Of(Plan, _source, _reference!)
            : throw new InvalidConfigException(
                "An export can be quantised only like an original model that is quantised; name that with --hf-model, "
                    + "and give no type with --torch-dtype."
            );
    }

    private IEnumerable<string> Notes()
    {
        if (_reference is null && _options.HfConfig is null)
        {
            yield return "No original model was given or found, so config.json is made from the checkpoint's own config; token numbers "
                + "and generation settings are not in it. Name the original with --hf-model to take them over.";
        }
        else if (_reference is not null && _options.HfModel is null)
        {
            yield return $"Config, file names and tokenizer are taken from {_reference.Path}, where the checkpoint says that it came from.";
        }

        if (IsWithoutQuantization)
        {
            int quantized = _source!.Quantized.Count;
            yield return $"The original stores {quantized} tensors as codes and scales; here they are numbers, and config.json is without "
                + $"{QuantizationConfig.Key}.";
        }

        foreach (string change in _configChanges)
        {
            yield return $"config.json differs from the original in {change}.";
        }
    }

    private static string Json(JsonNode? value) => value?.ToJsonString() ?? "null";
}
