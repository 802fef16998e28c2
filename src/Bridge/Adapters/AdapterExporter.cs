using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>
/// Converts a Megatron checkpoint of adapters to a folder of the library peft. <see cref="Open"/> plans and checks everything;
/// <see cref="RunAsync"/> writes.
/// </summary>
public sealed class AdapterExporter : IConversion
{
    private readonly AdapterExportOptions _options;
    private readonly MegatronCheckpoint _checkpoint;
    private readonly SafetensorsLayout _weights;

    private AdapterExporter(AdapterExportOptions options, MegatronCheckpoint checkpoint, AdapterBase? model)
    {
        _options = options;
        _checkpoint = checkpoint;
        ModelProvider provider =
            checkpoint.Provider()
            ?? throw new BadFileException(
                checkpoint.Location.Folder,
                $"there is no {RunConfig.FileName}, so nothing says what model is adapted."
            );
        Family family = model?.Family ?? FamilyRecognition.Of(provider);
        AdapterSet adapter = MegatronAdapter.Read(checkpoint, family, provider, model?.Hf);
        Adapter = adapter with { BaseModel = options.BaseName ?? options.HfModel ?? adapter.BaseModel };
        Adapter = options.PackExperts ? ExpertPacking.Pack(Adapter) : Adapter;
        AdapterSet uncast = Adapter;
        Adapter = options.TargetDType is { } dtype ? Adapter.CastTo(dtype) : Adapter;
        PackedMatrices[] packed = [.. PeftTensors.PackedOf(Adapter)];
        if (packed.Length > 0 && Adapter.Settings.Method == AdapterMethod.Dora)
        {
            throw new MappingException(
                "The library peft cannot have this adapter",
                [
                    .. packed.Select(experts =>
                        $"{experts.Module}.{experts.Parameter} packs all experts, and peft has no DoRA for parameters."
                    ),
                ]
            );
        }

        _weights = new(PeftWeights.FileName, PeftTensors.Of(Adapter));
        Report = new()
        {
            Architecture = family.Architecture,
            Target = options.HfPath,
            SourceTensors = checkpoint.Names.Count,
            TargetTensors = _weights.Names.Count,
            ParameterCount = Adapter.ParameterCount,
            Files = [new(_weights.Name, _weights.Length)],
            Ignored =
            [
                .. adapter.Fillers.Select(weight => new IgnoredEntry(
                    weight,
                    "its adapter is zero and does nothing",
                    null
                )),
                .. checkpoint
                    .Names.Where(OptimizerKeys.Has)
                    .Select(key => new IgnoredEntry(key, ExportPlan.IsOptimizer, null)),
            ],
            Casts = [.. AdapterCasts.Of(uncast, options.TargetDType)],
            Warnings =
                packed.Length > 0 && Adapter.Settings.Dropout > 0
                    ?
                    [
                        .. Adapter.Warnings,
                        $"lora_dropout is written as 0: peft has none for parameters that pack experts. It was {Adapter.Settings.Dropout}.",
                    ]
                    : Adapter.Warnings,
            Notes = [],
        };
    }

    /// <summary>What is written.</summary>
    public AdapterSet Adapter { get; }

    /// <summary>What the export will do.</summary>
    public ConversionReport Report { get; }

    /// <summary>Reads settings and headers, and plans. Nothing is written.</summary>
    /// <exception cref="BadFileException">A file breaks its format, or the target may not be written.</exception>
    /// <exception cref="UnsupportedModelException">The architecture is not known, or cannot be told.</exception>
    /// <exception cref="MappingException">The adapters do not fit the model.</exception>
    public static AdapterExporter Open(AdapterExportOptions options)
    {
        OutputFolder.Check(options.HfPath, options.MegatronPath, options.Overwrite, PeftFolder.IsOurs);
        MegatronCheckpoint checkpoint = MegatronCheckpoint.Open(options.MegatronPath);
        try
        {
            using AdapterBase? model = options.HfModel is null ? null : AdapterBase.Open(options.HfModel);
            return new(options, checkpoint, model);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>Writes the folder. Until the last moment nothing is at the target; when this fails, nothing remains.</summary>
    /// <exception cref="BadFileException">A source ends early, or the disk is full.</exception>
    public async Task<ConversionReport> RunAsync(
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        OutputFolder.RequireSpace(_options.HfPath, [_weights], []);
        using StagedDirectory staged = StagedDirectory.Create(_options.HfPath, _options.Overwrite);
        TransferResult result = await TransferEngine
            .RunAsync([_weights], staged.Path, _options.Transfer, progress, cancellation)
            .ConfigureAwait(false);
        staged.WriteFile(PeftConfig.FileName, PeftConfig.Write(Adapter));
        cancellation.ThrowIfCancellationRequested();
        staged.Commit();
        return Report with { Bytes = result.Bytes, Elapsed = result.Elapsed };
    }

    /// <inheritdoc/>
    public void Dispose() => _checkpoint.Dispose();
}
