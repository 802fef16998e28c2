using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Quantization;
using MegatronBridge.Storage;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tools;

/// <summary>A small model of the first layers of a real one, its tensors untouched, quantised ones too.</summary>
public static class FirstLayers
{
    /// <summary>Plans it from headers; nothing is written.</summary>
    /// <param name="hfModel">Folder of the real model.</param>
    /// <param name="layers">How many layers of its language model to keep; towers are kept whole.</param>
    /// <param name="options">Where the small model goes.</param>
    /// <exception cref="BadFileException">A file breaks its format, or the target may not be written.</exception>
    /// <exception cref="UnsupportedModelException">The architecture is not known, or no stack of layers.</exception>
    /// <exception cref="MappingException">The weights do not fit the config, or those that are left not that of the small model.</exception>
    public static ModelRewrite Open(string hfModel, int layers, ToolOptions options)
    {
        ModelRewrite.CheckTarget(options, hfModel);
        HfFolder original = HfFolder.Open(hfModel);
        try
        {
            return Plan(original, layers, options);
        }
        catch
        {
            original.Dispose();
            throw;
        }
    }

    private static ModelRewrite Plan(HfFolder original, int layers, ToolOptions options)
    {
        HfConfig config = HfConfig.Load(original.PathOf(HfFolder.ConfigName));
        Family family = FamilyList.Of(config);
        int before = LayerCount.Of(config, family);
        if (layers < 1 || layers > before)
        {
            throw new InvalidConfigException($"The model has {before} layers; {layers} of them cannot be kept.");
        }

        HfConfig small = LayerCount.Set(config, family, layers);
        DequantizedSource source = DequantizedSource.Of(original, config);
        KeptTensors kept = KeptTensors.Of(source, family, config, small);
        HashSet<string> stored = new(StringComparer.Ordinal);
        foreach (string name in kept.Names)
        {
            stored.UnionWith(source.Quantized.TryGetValue(name, out QuantizedTensor? codes) ? codes.Parts : [name]);
        }

        OrderedDictionary<string, TensorView> tensors = new(
            original.Weights.Tensors.Where(entry => stored.Contains(entry.Key)),
            StringComparer.Ordinal
        );
        string reason =
            $"not of the {layers} first of {before} layers, or of multi-token prediction, which the small model goes without";
        HfOutput output = HfOutput.Like(tensors, original, options.MaxShardBytes ?? ShardPlan.HuggingFaceHubLimit);
        return new(
            options,
            original,
            output,
            small.Json,
            new()
            {
                Architecture = family.Architecture,
                Target = options.HfPath,
                SourceTensors = original.Names.Count,
                TargetTensors = tensors.Count,
                ParameterCount = kept.Names.Sum(name => source.Find(name)!.Shape.ElementCount),
                Files = [],
                Ignored =
                [
                    .. original
                        .Names.Where(name => !stored.Contains(name))
                        .Select(name => new IgnoredEntry(name, reason, null)),
                ],
                Casts = [],
                Notes = [.. Changes(config, small)],
            }
        );
    }

    private static IEnumerable<string> Changes(HfConfig config, HfConfig small) =>
        config
            .Differences(small)
            .Select(change =>
                $"config.json: {change.Key}: {change.Here?.ToJsonString() ?? "null"} -> {change.There?.ToJsonString() ?? "null"}"
            );
}
