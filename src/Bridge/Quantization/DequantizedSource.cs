using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Storage;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Quantization;

/// <summary>
/// The tensors of a model as its family knows them, whatever they are stored as: those that are codes and scales are put together, and
/// become numbers as they are read. A model that is not quantised is passed through.
/// </summary>
public sealed class DequantizedSource : ITensorSource
{
    private const string Weight = ".weight";

    private readonly OrderedDictionary<string, TensorView> _tensors = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, QuantizedTensor> _quantized = new(StringComparer.Ordinal);
    private readonly List<IgnoredEntry> _ignored = [];

    private DequantizedSource() { }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <summary>The tensors that are stored as codes and scales, by name.</summary>
    public IReadOnlyDictionary<string, QuantizedTensor> Quantized => _quantized;

    /// <summary>Stored tensors that weights do not need, and why.</summary>
    public IReadOnlyList<IgnoredEntry> Ignored => _ignored;

    /// <summary>Opens the tensors of a folder.</summary>
    /// <exception cref="UnsupportedModelException">The config names a way of quantization that is not known.</exception>
    /// <exception cref="MappingException">Codes without scales, scales without codes, or scales of another shape than the codes need.</exception>
    /// <exception cref="BadFileException">A key of the config has a value of another kind.</exception>
    public static DequantizedSource Of(HfFolder folder, HfConfig config) =>
        Of(folder, QuantizationConfig.Find(folder, config), NumberType(config));

    /// <summary>The module that a tensor belongs to: its name without <c>.weight</c>.</summary>
    internal static string ModuleOf(string name) =>
        name.EndsWith(Weight, StringComparison.Ordinal) ? name[..^Weight.Length] : name;

    /// <summary>Puts the tensors of any source together.</summary>
    internal static DequantizedSource Of(ITensorSource stored, QuantizationConfig? config, DType dtype)
    {
        DequantizedSource source = new();
        Reading reading = new(stored, config, dtype);
        source._tensors.EnsureCapacity(stored.Names.Count);
        List<(string Name, QuantizedTensor? Tensor)> found = new(stored.Names.Count);
        foreach (string name in stored.Names)
        {
            if (ReaderOf(reading, name) is not { } read)
            {
                found.Add((name, null));
            }
            else if (stored.Find(name)!.Shape.Any(size => size > int.MaxValue))
            {
                reading.Faults.Add($"{name} {stored.Find(name)} is larger than any weight.");
            }
            else if (read(reading, name) is { } tensor)
            {
                found.Add((tensor.Name, tensor));
            }
        }

        foreach ((string name, QuantizedTensor? tensor) in found)
        {
            if (tensor is not null)
            {
                source.Add(tensor, reading);
            }
            else if (!reading.IsUsed(name))
            {
                source.Sort(name, reading);
            }
        }

        return reading.Faults.Count == 0
            ? source
            : throw new MappingException("The quantised tensors do not fit together", reading.Faults);
    }

    /// <inheritdoc/>
    public TensorView? Find(string name) => _tensors.GetValueOrDefault(name);

    /// <summary>What reads the codes of that name; null for a tensor that is none.</summary>
    private static Func<Reading, string, QuantizedTensor?>? ReaderOf(Reading reading, string name)
    {
        if (name.EndsWith(PackedWeights.Suffix, StringComparison.Ordinal))
        {
            return PackedWeights.Read;
        }

        if (name.EndsWith(WordWeights.Suffix, StringComparison.Ordinal))
        {
            return WordWeights.Read;
        }

        if (MxBlocks.IsIt(reading, name))
        {
            return MxBlocks.Read;
        }

        if (IsScale(name))
        {
            return null;
        }

        TensorView tensor = reading.Find(name)!;
        bool isByte = tensor.DType is DType.I8 or DType.U8;
        bool isWeight = name.EndsWith(Weight, StringComparison.Ordinal);
        return ScaledCodes.IsCode(tensor.DType) || (isByte && (isWeight || HasScale(reading, name)))
            ? ScaledCodes.Read
            : null;
    }

    private static bool IsScale(string name) =>
        name.EndsWith("_scale", StringComparison.Ordinal)
        || name.EndsWith("_scales", StringComparison.Ordinal)
        || name.EndsWith(".scale", StringComparison.Ordinal)
        || name.EndsWith(".scales", StringComparison.Ordinal)
        || name.EndsWith("_scale_inv", StringComparison.Ordinal)
        || name.EndsWith("_zero_point", StringComparison.Ordinal);

    private static bool HasScale(Reading reading, string name) =>
        reading.Find($"{name}_scale") is not null || reading.Find($"{name}_scale_inv") is not null;

    private void Add(QuantizedTensor tensor, Reading reading)
    {
        if (reading.Config?.Excluding(ModuleOf(tensor.Name)) is { } pattern)
        {
            reading.Faults.Add(
                $"{tensor.Parts[0]} is quantised, but quantization_config says by '{pattern}' that its module is not."
            );
        }
        else if (!_tensors.TryAdd(tensor.Name, tensor.View) || !_quantized.TryAdd(tensor.Name, tensor))
        {
            reading.Faults.Add($"{tensor.Name} is there, and also made of {string.Join(", ", tensor.Parts)}.");
        }
    }

    /// <summary>Decides about a tensor that is no part of another: left out, a fault, or a tensor like any other.</summary>
    private void Sort(string name, Reading reading)
    {
        if (Leftovers.Fault(name, reading.Find(name)!.DType) is { } fault)
        {
            reading.Faults.Add(fault);
        }
        else if (reading.IsQuantized && Leftovers.Ignore(name) is { } entry)
        {
            _ignored.Add(entry);
        }
        else if (!_tensors.TryAdd(name, reading.Find(name)!))
        {
            reading.Faults.Add($"{name} is there, and also made of {string.Join(", ", _quantized[name].Parts)}.");
        }
    }

    /// <summary>The type that the model reckons in: what codes become.</summary>
    private static DType NumberType(HfConfig config)
    {
        foreach (HfConfig source in new[] { config, config.TextConfig })
        {
            string name = source.TextOr("dtype", source.TextOr("torch_dtype", ""));
            if (DTypeNames.Parse(name) is { } dtype && dtype.IsWideFloat())
            {
                return dtype;
            }
        }

        return DType.BF16;
    }
}
