using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Model;
using MegatronBridge.Quantization;
using MegatronBridge.Storage;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tools;

/// <summary>Plans the cast of a Hugging Face model.</summary>
internal static class HfCast
{
    /// <summary>Plans it from headers.</summary>
    /// <exception cref="MappingException">Weights are stored as codes, and may not become numbers.</exception>
    public static IConversion Open(ModelCastOptions options, CastRule rule)
    {
        ToolOptions tool = new()
        {
            HfPath = options.Output,
            MaxShardBytes = options.MaxShardBytes,
            Overwrite = options.Overwrite,
            Transfer = options.Transfer,
        };
        ModelRewrite.CheckTarget(tool, options.Model);
        HfFolder original = HfFolder.Open(options.Model);
        try
        {
            return Plan(options, tool, rule, original);
        }
        catch
        {
            original.Dispose();
            throw;
        }
    }

    private static ModelRewrite Plan(ModelCastOptions options, ToolOptions tool, CastRule rule, HfFolder original)
    {
        HfConfig config = HfConfig.Load(original.PathOf(HfFolder.ConfigName));
        Family family = FamilyList.Of(config);

        // Codes become single precision first, as everything that is rounded afterwards.
        QuantizationConfig? quantization = QuantizationConfig.Find(original, config);
        DequantizedSource source = DequantizedSource.Of(original, quantization, DType.F32);
        if (source.Quantized.Count > 0 && !options.Dequantize)
        {
            throw new MappingException(
                "The model stores weights as codes with scales, which have no type to be cast; --dequantize makes numbers of them",
                [.. source.Quantized.Values.Select(tensor => $"{tensor.Name} is stored as {tensor.Scheme}.")]
            );
        }

        ModelProvider provider = ConvertedProvider.Of(family, config, source.Names, options.DType, null, null);
        provider.Complete();
        Dictionary<string, DType> own = OwnTypes(family, provider, source);
        OrderedDictionary<string, TensorView> tensors = new(StringComparer.Ordinal);
        foreach (string name in source.Names)
        {
            tensors.Add(
                name,
                rule.Apply(name, source.Find(name)!, own.TryGetValue(name, out DType type) ? type : null)
            );
        }

        rule.RequireAll();
        bool hadCodes = source.Quantized.Count > 0;
        HfConfig told = ConfigElementType.Set(hadCodes ? QuantizationConfig.RemoveFrom(config) : config, options.DType);
        long? limit = options.MaxShardBytes ?? (hadCodes ? ShardPlan.HuggingFaceHubLimit : null);
        return new(
            tool,
            original,
            HfOutput.Like(tensors, original, limit),
            told.Json,
            new()
            {
                Architecture = family.Architecture,
                Target = options.Output,
                SourceTensors = original.Names.Count,
                TargetTensors = tensors.Count,
                ParameterCount = tensors.Values.Sum(view => view.Shape.ElementCount),
                Files = [],
                Ignored = source.Ignored,
                Casts = [],
                Dequantized = [.. source.Quantized.Values],
                Notes =
                [
                    .. config
                        .Differences(told)
                        .Select(change =>
                            $"config.json: {change.Key}: {change.Here?.ToJsonString() ?? "null"} -> {change.There?.ToJsonString() ?? "null"}"
                        ),
                ],
            },
            isQuantized: !hadCodes
        );
    }

    /// <summary>The tensors that have a type of their own, by name: those of parameters that Megatron keeps so.</summary>
    private static Dictionary<string, DType> OwnTypes(Family family, ModelProvider provider, ITensorSource source)
    {
        Dictionary<string, DType> own = new(StringComparer.Ordinal);
        foreach (Binding binding in Binding.Bind(family, provider, ModelTable.Build(provider), source))
        {
            if (binding.Parameter.DType is { } type)
            {
                binding.HfNames.ToList().ForEach(name => own[name] = type);
            }
        }

        return own;
    }
}
