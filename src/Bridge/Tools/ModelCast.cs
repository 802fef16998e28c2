using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Statistics;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tools;

/// <summary>
/// A whole model in another floating-point type, in the format that it has. Tensors that the model keeps in a type of their own stay; config.json
/// or run_config.yaml tells the new type.
/// </summary>
public sealed class ModelCast : IDisposable
{
    private readonly ModelCastOptions _options;
    private readonly IConversion _conversion;
    private readonly CastRule _rule;
    private bool _isChecked;

    private ModelCast(ModelCastOptions options, IConversion conversion, CastRule rule)
    {
        _options = options;
        _conversion = conversion;
        _rule = rule;
        Report = new() { Conversion = conversion.Report with { Casts = rule.Casts }, Kept = rule.Kept };
    }

    /// <summary>What will be done.</summary>
    public CastReport Report { get; private set; }

    /// <summary>Plans it from headers; nothing is written, and no number read.</summary>
    /// <exception cref="BadFileException">A file breaks its format, or the target may not be written.</exception>
    /// <exception cref="UnsupportedModelException">The architecture is not known.</exception>
    /// <exception cref="MappingException">The weights do not fit the config, or are stored as codes.</exception>
    /// <exception cref="InvalidConfigException">A pattern means no tensor, or the config contradicts itself.</exception>
    public static ModelCast Open(ModelCastOptions options)
    {
        if (options.DType is not (DType.BF16 or DType.F16 or DType.F32))
        {
            throw new ArgumentException($"Models are cast to BF16, F16 or F32, not {options.DType}.", nameof(options));
        }

        CastRule rule = new(options.DType, options.Keep);
        IConversion conversion = HfFolder.HasConfig(options.Model)
            ? HfCast.Open(options, rule)
            : MegatronCast.Open(options, rule);
        return new(options, conversion, rule);
    }

    /// <summary>Reads all numbers that the new type may have no place for, once, and counts what becomes of them.</summary>
    /// <exception cref="MappingException">Finite numbers become infinite, and that is not allowed; all tensors are told.</exception>
    /// <exception cref="BadFileException">A source ends early.</exception>
    public async Task<CastReport> CheckAsync(
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        if (_isChecked)
        {
            return Report;
        }

        var tensors = _rule.Cast.Where(tensor => CastPass.MayLose(tensor.View.DType, _options.DType)).ToArray();
        IReadOnlyList<CastCount> counts = await CastPass
            .RunAsync(
                [.. tensors.Select(tensor => tensor.View)],
                _options.DType,
                _options.Transfer,
                progress,
                cancellation
            )
            .ConfigureAwait(false);
        KeyValuePair<string, long>[] overflows =
        [
            .. tensors
                .Zip(counts, (tensor, count) => KeyValuePair.Create(tensor.Name, count.Overflowed))
                .Where(entry => entry.Value > 0),
        ];
        if (overflows.Length > 0 && !_options.AllowOverflow)
        {
            throw new MappingException(
                $"Tensors have numbers that are too large for {_options.DType.TorchName()} and would become infinite; cast to bfloat16 or "
                    + "float32, keep them with --keep, or accept it with --allow-overflow",
                [.. overflows.Select(entry => $"{entry.Key}: {entry.Value} of its numbers")]
            );
        }

        Report = Report with
        {
            Count = counts.Aggregate(new CastCount(), (all, one) => all + one),
            Overflows = overflows,
        };
        _isChecked = true;
        return Report;
    }

    /// <summary>Checks, and writes the model. Until the last moment nothing is at the target; when this fails, nothing remains.</summary>
    /// <exception cref="MappingException">Finite numbers become infinite, and that is not allowed.</exception>
    /// <exception cref="BadFileException">A source ends early, or the disk is full.</exception>
    public async Task<CastReport> RunAsync(
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        await CheckAsync(null, cancellation).ConfigureAwait(false);
        ConversionReport done = await _conversion.RunAsync(progress, cancellation).ConfigureAwait(false);
        return Report with { Conversion = Report.Conversion with { Bytes = done.Bytes, Elapsed = done.Elapsed } };
    }

    /// <inheritdoc/>
    public void Dispose() => _conversion.Dispose();
}
