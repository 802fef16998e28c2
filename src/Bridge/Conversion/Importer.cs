using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Layout;
using MegatronBridge.LegacyTorch;
using MegatronBridge.Quantization;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.HuggingFace;

namespace MegatronBridge.Conversion;

/// <summary>
/// Converts a Hugging Face folder to a Megatron checkpoint. <see cref="Open"/> plans and checks everything that headers
/// tell; <see cref="RunAsync"/> writes.
/// </summary>
public sealed class Importer : IConversion
{
    private readonly ImportOptions _options;
    private readonly HfFolder _hf;
    private readonly DequantizedSource _source;
    private readonly CheckpointOutput _output;

    private Importer(
        ImportOptions options,
        HfFolder hf,
        DequantizedSource source,
        HfConfig config,
        ImportPlan plan,
        IReadOnlyList<ConfigLoss> losses
    )
    {
        _options = options;
        _hf = hf;
        _source = source;
        Plan = plan;
        _output = options.Format switch
        {
            CheckpointFormat.TorchDist => MegatronOutput.Of(
                plan,
                options.Sizes,
                Path.Combine(options.MegatronPath, CheckpointOutput.IterationName)
            ),
            _ => LegacyOutput.Of(plan, options.Sizes),
        };
        Report = new()
        {
            Architecture = plan.Family.Architecture,
            Target = options.MegatronPath,
            SourceTensors = hf.Names.Count,
            TargetTensors = plan.Table.Parameters.Select(parameter => parameter.Key).Distinct().Count(),
            ParameterCount = plan.Parameters.Sum(parameter => parameter.View.Shape.ElementCount),
            Files = [.. _output.DataFiles.Select(file => KeyValuePair.Create(file.Name, file.Length))],
            Ignored = [.. plan.Ignored, .. source.Ignored],
            Dequantized = [.. source.Quantized.Values],
            Casts = plan.Casts,
            Warnings =
            [
                .. losses.Select(loss =>
                    $"{loss}: no field there has a place for it, and Megatron will compute another model than transformers does."
                ),
            ],
            Notes = [.. Notes(plan, config, hf, options.Format)],
        };
    }

    /// <summary>What is made of what.</summary>
    public ImportPlan Plan { get; }

    /// <summary>What the import will do.</summary>
    public ConversionReport Report { get; }

    /// <summary>Checks layout and target alone, as <see cref="Open"/> does too: worth it before a model is downloaded.</summary>
    /// <exception cref="Storage.BadFileException">The target may not be written.</exception>
    /// <exception cref="LayoutException">The sizes contradict each other.</exception>
    public static void CheckTarget(ImportOptions options)
    {
        options.Sizes.Validate();
        OutputFolder.Check(options.MegatronPath, options.HfModel, options.Overwrite, CheckpointOutput.IsOurs);
    }

    /// <summary>Reads config and headers, and plans. Nothing is written.</summary>
    /// <exception cref="Storage.BadFileException">A file breaks its format, or the target may not be written.</exception>
    /// <exception cref="UnsupportedModelException">The architecture is not known.</exception>
    /// <exception cref="MappingException">The weights do not fit the config.</exception>
    /// <exception cref="InvalidConfigException">Config or settings contradict each other.</exception>
    /// <exception cref="LayoutException">The model does not divide over the ranks.</exception>
    public static Importer Open(ImportOptions options)
    {
        CheckTarget(options);
        HfFolder hf = HfFolder.Open(options.HfModel);
        try
        {
            HfConfig config = HfConfig.Load(hf.PathOf(HfFolder.ConfigName));
            Family family = options.Family ?? FamilyList.Of(config);
            DequantizedSource source = DequantizedSource.Of(hf, config);
            if (options.KeepQuantized)
            {
                RefuseQuantized(source);
            }

            IReadOnlyList<ConfigLoss> losses = LossesOf(family, config);
            ImportPlan plan = ImportPlan.Create(
                source,
                family,
                Provider(options, family, config, source.Names),
                options.TargetDType
            );
            if (options.Strict)
            {
                Losses.Refuse(
                    "What would be left out, which --strict forbids",
                    [.. plan.Ignored, .. source.Ignored],
                    losses
                );
            }

            return new(options, hf, source, config, plan, losses);
        }
        catch
        {
            hf.Dispose();
            throw;
        }
    }

    /// <summary>Writes the checkpoint. Until the last moment nothing is at the target; when this fails, nothing remains.</summary>
    /// <exception cref="Storage.BadFileException">A source ends early, or the disk is full.</exception>
    /// <exception cref="MappingException">A tensor that was to be left out as a copy is none.</exception>
    public async Task<ConversionReport> RunAsync(
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        string[] tokenizer = [.. _hf.FileNames.Where(SideFiles.IsTokenizer)];
        RunConfig runConfig = RunConfig.ForConversion(
            Plan.Provider,
            _options.MegatronPath,
            tokenizer.Length > 0 ? _options.HfModelId ?? _options.HfModel : null,
            _options.Format
        );
        IReadOnlyList<FileLayout> files = _output.IterationFiles(runConfig);
        OutputFolder.RequireSpace(_options.MegatronPath, files, tokenizer.Select(_hf.PathOf));
        await EqualCopies.CheckAsync(_source, Plan.Ignored, _options.Transfer, cancellation).ConfigureAwait(false);

        IReadOnlyList<WeightClass> weights = WeightSample.Measure(Plan);
        using StagedDirectory staged = StagedDirectory.Create(_options.MegatronPath, _options.Overwrite);
        foreach (string name in tokenizer)
        {
            staged.CopyFile(_hf.PathOf(name), $"{CheckpointOutput.IterationName}/tokenizer/{name}");
        }

        string iteration = Path.Combine(staged.Path, CheckpointOutput.IterationName);
        TransferResult result = await TransferEngine
            .RunAsync(files, iteration, _options.Transfer, progress, cancellation)
            .ConfigureAwait(false);
        await TransferEngine
            .RunAsync(CheckpointOutput.Trackers, staged.Path, _options.Transfer, cancellation: cancellation)
            .ConfigureAwait(false);
        staged.Commit();
        return Report with
        {
            Weights = weights,
            Warnings = [.. Report.Warnings, .. weights.Select(weight => weight.Warning).OfType<string>()],
            Bytes = result.Bytes,
            Elapsed = result.Elapsed,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _hf.Dispose();

    /// <summary>
    /// Megatron makes numbers of its own FP8 parameters before it saves or loads them, and copies what it loads without any scale into
    /// parameters of another type: codes in a checkpoint would be taken for weights (docs/quantization.md).
    /// </summary>
    private static void RefuseQuantized(DequantizedSource source)
    {
        if (source.Quantized.Count > 0)
        {
            throw new MappingException(
                "--keep-quantized: Megatron's checkpoints have no place for codes and scales, it would take the codes for weights",
                [.. source.Quantized.Values.Select(tensor => $"{tensor.Name} is stored as {tensor.Scheme}.")]
            );
        }
    }

    private static ModelProvider Provider(
        ImportOptions options,
        Family family,
        HfConfig config,
        IReadOnlyCollection<string> tensors
    )
    {
        ModelProvider provider = ConvertedProvider.Of(
            family,
            config,
            tensors,
            options.TargetDType,
            options.HfModelId ?? options.HfModel,
            options.HfModelRevision
        );
        options.Sizes.ApplyTo(provider);
        foreach ((string field, string text) in options.Settings)
        {
            provider.SetFromText(field, text);
        }

        provider.Complete();
        return provider;
    }

    private static IReadOnlyList<ConfigLoss> LossesOf(Family family, HfConfig config)
    {
        ModelProvider provider = family.ToProvider(config);
        provider.CompleteFields(); // whether they may stand together is a question for those with the user's settings
        return ConfigLoss.Of(family, config, provider);
    }

    private static IEnumerable<string> Notes(ImportPlan plan, HfConfig config, HfFolder hf, CheckpointFormat format)
    {
        if (format == CheckpointFormat.Torch && LegacyOutput.Lack(plan.Provider) is { } indescribable)
        {
            yield return indescribable;
        }

        string[] others = [.. hf.OtherComponents];
        if (others.Length > 0)
        {
            yield return $"Of the pipeline only {hf.Component} is converted, not {string.Join(", ", others)}. Another model in it can be converted by "
                + "giving its own folder.";
        }

        if (plan.Family.ToProvider(config).MtpNumLayers is > 0 and var predicting && !(plan.Provider.MtpNumLayers > 0))
        {
            yield return $"The config tells of {predicting} layers for multi-token prediction; the model is made without them.";
        }

        long padding = plan.Provider.PaddedVocabSize - plan.Provider.VocabSize;
        if (padding > 0)
        {
            yield return $"The vocabulary of {plan.Provider.VocabSize} rows is padded with {padding} rows of zeros.";
        }

        ModelProvider exact = plan.Family.Exactly(plan.Provider, config);
        foreach (string lack in MegatronLacks.Of(plan.Provider).Concat(MegatronLacks.OfExact(exact)))
        {
            yield return lack;
        }
    }
}
