using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.LegacyTorch;
using MegatronBridge.Model;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Checkpoints;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Resharding;

/// <summary>
/// Converts a Megatron checkpoint to another layout or format, torch_dist or legacy. <see cref="Open(CheckpointConversionOptions)"/> plans and checks everything that
/// headers tell; <see cref="RunAsync"/> writes.
/// </summary>
public sealed class CheckpointConversion : IConversion
{
    private readonly CheckpointConversionOptions _options;
    private readonly MegatronCheckpoint _source;
    private readonly ModelProvider _provider;
    private readonly IterationPlace _iteration;
    private readonly CheckpointOutput _output;
    private readonly DType _recordedType;

    private CheckpointConversion(
        CheckpointConversionOptions options,
        MegatronCheckpoint source,
        Func<SourceModel, ModelProvider, SourceModel>? change
    )
    {
        _options = options;
        _source = source;
        ModelProvider recorded =
            source.RecordedProvider()
            ?? throw new BadFileException(
                source.Location.Folder,
                $"the checkpoint has neither {RunConfig.FileName} nor the arguments of Megatron-LM, so nothing says what model it is."
            );
        recorded.Complete();
        _recordedType = recorded.ParamsDtype;
        _provider = TargetProvider.Of(recorded, options, source);
        ModelTable table = ModelTable.Build(_provider);
        SourceModel found = SourceModel.Of(source, table);
        SourceModel model = change?.Invoke(found, _provider) ?? found;
        CommonContents common = CommonContents.Of(source.CommonState, recorded, _provider);
        _iteration = IterationPlace.Of(source.Location, common.RecordedIteration);
        OutputFolder.Check(options.To, options.From, options.Overwrite, _iteration.IsOurs);
        ConversionTarget target = new(source, model, table, _provider, common)
        {
            Sizes = options.Sizes,
            Iteration = _iteration.Number,
            IsSameLayout = IsSameLayout(recorded, _provider, table),
        };
        _output =
            options.Format == CheckpointFormat.TorchDist
                ? target.ToTorchDist(Path.Combine(options.To, _iteration.Name))
                : target.ToLegacy();
        IgnoredEntry[] leftOut =
        [
            .. target.LeftOut,
            .. found
                .Others.Except(model.Others)
                .Select(key => new IgnoredEntry(key, "it belongs to other weights", null)),
            .. _iteration.Others(),
        ];
        if (options.Strict)
        {
            Losses.Refuse("What would be left out, which --strict forbids", leftOut);
        }

        Report = new()
        {
            Architecture = _provider.Schema.Name,
            Target = options.To,
            SourceTensors = source.Names.Count,
            TargetTensors = target.TensorCount,
            ParameterCount = model.Parameters.Sum(parameter => parameter.Parameter.Shape.ElementCount),
            Files = [.. _output.DataFiles.Select(file => KeyValuePair.Create(file.Name, file.Length))],
            Ignored = leftOut,
            Casts = [],
            Notes = [.. Notes(recorded, model)],
        };
    }

    /// <summary>What the conversion will do.</summary>
    public ConversionReport Report { get; }

    /// <summary>The config of the new checkpoint.</summary>
    public ModelProvider Provider => _provider;

    /// <summary>Reads config and headers, and plans. Nothing is written.</summary>
    /// <exception cref="BadFileException">A file breaks its format, or the target may not be written.</exception>
    /// <exception cref="MappingException">The weights do not fit the config, or ranks not each other; or something would be left out.</exception>
    /// <exception cref="InvalidConfigException">Config or settings contradict each other.</exception>
    /// <exception cref="LayoutException">The model does not divide over the ranks, or not in the format.</exception>
    public static CheckpointConversion Open(CheckpointConversionOptions options) => Open(options, change: null);

    /// <summary>As <see cref="Open(CheckpointConversionOptions)"/>, with other weights of the model.</summary>
    internal static CheckpointConversion Open(
        CheckpointConversionOptions options,
        Func<SourceModel, ModelProvider, SourceModel>? change
    )
    {
        options.Sizes.Validate();
        MegatronCheckpoint source = MegatronCheckpoint.Open(options.From);
        try
        {
            return new(options, source, change);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Writes the checkpoint. Until the last moment nothing is at the target; when this fails, nothing remains.</summary>
    /// <exception cref="BadFileException">A source ends early, or the disk is full.</exception>
    /// <exception cref="MappingException">Ranks of a legacy checkpoint disagree.</exception>
    public async Task<ConversionReport> RunAsync(
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        FileLayout[] files = [.. _output.DataFiles, .. RunConfigFile(), .. _output.Markers];
        (string Source, string Name)[] copied = [.. Copied()];
        OutputFolder.RequireSpace(_options.To, files, copied.Select(file => file.Source));
        await _source.CheckCopiesAsync(_options.Transfer, cancellation).ConfigureAwait(false);
        using StagedDirectory staged = StagedDirectory.Create(_options.To, _options.Overwrite);
        foreach ((string source, string name) in copied)
        {
            staged.CopyFile(source, name);
        }

        TransferResult result = await TransferEngine
            .RunAsync(files, Path.Combine(staged.Path, _iteration.Name), _options.Transfer, progress, cancellation)
            .ConfigureAwait(false);
        staged.WriteFile(IterationTracker.FileName, _iteration.Tracker);
        cancellation.ThrowIfCancellationRequested();
        staged.Commit();
        return Report with { Bytes = result.Bytes, Elapsed = result.Elapsed };
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    /// <summary>True when every rank has the same part of the model as before.</summary>
    private static bool IsSameLayout(ModelProvider before, ModelProvider after, ModelTable table)
    {
        bool hasExperts = table.Parameters.Any(parameter => parameter.Expert is not null);
        return Described(before) == Described(after) && Rows(before) == Rows(after);

        (ParallelSizes, string?) Described(ModelProvider provider) =>
            (
                ParallelSizes.Of(provider) with
                {
                    Etp = hasExperts ? provider.ExpertTensorParallelSize : 1,
                    Cp = 1,
                },
                provider.PipelineModelParallelLayout?.ToString()
            );

        static int Rows(ModelProvider provider) => provider.Has("vocab_size") ? provider.PaddedVocabSize : 0;
    }

    private IEnumerable<FileLayout> RunConfigFile() =>
        _source.RunConfig is { } config
            ?
            [
                new BytesLayout(WithType(config).WithModel(_provider).WithSave(_options.To, _options.Format).ToBytes())
                {
                    Name = RunConfig.FileName,
                },
            ]
            : [];

    private RunConfig WithType(RunConfig config) =>
        _provider.ParamsDtype == _recordedType ? config : config.WithPrecision(_provider.ParamsDtype);

    private IEnumerable<(string Source, string Name)> Copied()
    {
        foreach (string path in _source.TokenizerFiles)
        {
            yield return (path, $"{_iteration.Name}/tokenizer/{Path.GetFileName(path)}");
        }

        if (_iteration.HasTrainState)
        {
            yield return (_iteration.TrainStatePath, $"{_iteration.Name}/{TrainState.FileName}");
            yield return (_iteration.TrainStatePath, TrainState.LatestFileName);
        }
    }

    private IEnumerable<string> Notes(ModelProvider recorded, SourceModel model)
    {
        ParallelSizes before = ParallelSizes.Of(recorded);
        (string was, string now) = (before.Describe(), _options.Sizes.Describe());
        yield return was == now ? $"The layout stays {now}." : $"The layout was {was}; it is {now} now.";
        if (!TargetProvider.HasSameStages(before, _options.Sizes) && TargetProvider.IsUneven(recorded))
        {
            yield return "The pipeline was split unevenly; with another number of stages it is split evenly, unless --set says otherwise.";
        }

        foreach (SpelledParameter padded in model.Parameters.Where(parameter => parameter.Padding > 0))
        {
            yield return $"{padded.Parameter.Name} gets {padded.Padding} rows of zeros more.";
        }

        if (_options.Format == CheckpointFormat.Torch && LegacyOutput.Lack(_provider) is { } lack)
        {
            yield return lack;
        }
    }
}
