using System.Text.Json.Nodes;
using MegatronBridge.Config.Schema;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Config;

/// <summary>What all families share in the way from config.json to a provider and back.</summary>
public static class SharedConfig
{
    private static readonly string[] Sizes = ["num_layers", "hidden_size", "num_attention_heads", "vocab_size"];
    private static readonly string[] ActivationKeys = ["hidden_act", "hidden_activation", "activation_function"];

    /// <summary>
    /// A provider with the fields that <paramref name="mapping"/> finds in the config, the rotary embedding, the divisor of the
    /// vocabulary, the element type and the activation.
    /// </summary>
    /// <exception cref="BadFileException">A key is missing or has a value of another kind.</exception>
    public static ModelProvider ToProvider(HfConfig hf, ProviderSchema schema, ConfigMapping? mapping = null)
    {
        mapping ??= ConfigMapping.Standard;
        foreach (string field in Sizes)
        {
            string[] keys = [.. mapping.Rows.Where(row => row.Megatron == field).Select(row => row.Hf)];
            if (keys.Length == 0)
            {
                continue; // no config of the family tells it
            }

            string? key = Array.Find(keys, hf.Has);
            bool follows = schema.Field(field) is { Nullable: true } && field != "vocab_size"; // from another field
            if (key is null ? !follows : hf.Integer(key) < 1)
            {
                throw hf.Wrong(key ?? keys[0], "a whole number of 1 or more");
            }
        }

        ModelProvider provider = ModelProvider.Of(schema);
        mapping.ToMegatron(hf, provider);
        if (provider.Has("rotary_base"))
        {
            RopeConfig.Read(hf).ApplyShared(provider);
        }

        if (mapping.Rows.Any(row => row.Megatron == "vocab_size"))
        {
            provider.MakeVocabSizeDivisibleBy = VocabDivisor(provider.VocabSize);
        }

        provider.ParamsDtype = ElementType(hf);
        provider.Fp16 = provider.ParamsDtype == DType.F16;
        provider.Bf16 = provider.ParamsDtype == DType.BF16;
        string activation = Array.Find(ActivationKeys, hf.IsSet) ?? ActivationKeys[0];
        provider.ActivationFunc =
            ActivationMap.ToMegatron(hf.TextOr(activation, "silu"))
            ?? throw hf.Wrong(activation, $"one of {ActivationMap.Known}");
        return provider;
    }

    /// <summary>
    /// Sets every key whose field the provider has, and the rotary embedding,
    /// element type and activation.
    /// </summary>
    /// <exception cref="InvalidConfigException">The activation has no name in Hugging Face.</exception>
    public static void ConfigureHf(JsonObject hf, ModelProvider provider, ConfigMapping? mapping = null)
    {
        (mapping ?? ConfigMapping.Standard).ToHf(provider, hf);
        if (!provider.Has("position_embedding_type"))
        {
            return; // no language model
        }

        if (provider.PositionEmbeddingType != "none")
        {
            hf[RopeConfig.Key] = RopeConfig.Write(provider);
        }

        hf["dtype"] = (
            provider.Bf16 ? DType.BF16
            : provider.Fp16 ? DType.F16
            : DType.F32
        ).TorchName();
        string activation =
            ActivationMap.ToHf(provider.ActivationFunc)
            ?? throw new InvalidConfigException(
                $"activation_func {Targets.Of(provider.ActivationFunc)} has no name in Hugging Face; known are {ActivationMap.Known}."
            );
        foreach (string key in ActivationKeys)
        {
            hf[key] = activation;
        }
    }

    /// <summary>Sets <c>head_dim</c>, which most configs leave out, when heads are of another size than hidden size by heads.</summary>
    public static void WriteUnusualHeadDim(JsonObject hf, ModelProvider provider)
    {
        if (provider.KvChannels != provider.HiddenSize / provider.NumAttentionHeads)
        {
            hf["head_dim"] = provider.KvChannels;
        }
    }

    /// <summary>The largest power of two up to 128 that divides the vocabulary.</summary>
    public static int VocabDivisor(int vocabSize) => (int)Math.Min(128, (uint)vocabSize & (uint)-vocabSize);

    /// <summary>The element type that <c>dtype</c> or <c>torch_dtype</c> names; float32 when neither is there.</summary>
    /// <exception cref="BadFileException">The name is not known.</exception>
    public static DType ElementType(HfConfig hf)
    {
        string key = hf.IsSet("dtype") ? "dtype" : "torch_dtype";
        return hf.TextOrNull(key) is not { } name
            ? DType.F32
            : DTypeNames.Parse(name) ?? throw hf.Wrong(key, $"one of {DTypeNames.Known}");
    }

    /// <summary>
    /// Sets what upstream sets when it converts a checkpoint: no random weights, made in main memory, pipeline stages that send what the
    /// parameters are, and where the model came from.
    /// </summary>
    public static void MarkAsConverted(ModelProvider provider, string hfModelId)
    {
        provider.PerformInitialization = false;
        provider.UseCpuInitialization = true;
        provider.PipelineDtype = provider.ParamsDtype;
        if (provider.Has("hf_model_id"))
        {
            provider.HfModelId = hfModelId;
            KeptConfig.MarkAsConverted(provider, hfModelId);
        }
    }
}
