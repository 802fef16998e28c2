using MegatronBridge.Config.Schema;

namespace MegatronBridge.Config;

/// <summary>A config of which a whole model is built: embeddings, vocabulary and head beside the transformer.</summary>
public abstract partial class ModelProvider : TransformerConfig
{
    private protected ModelProvider(ProviderSchema schema)
        : base(schema) { }

    /// <summary>A provider of a class, with the class's defaults.</summary>
    public static ModelProvider Of(ProviderSchema schema) => schema.NewProvider();

    /// <summary>A provider of its own with the same values, hooks and place.</summary>
    public ModelProvider Clone()
    {
        ModelProvider clone = (ModelProvider)Copy();
        clone._preWrapHooks = _preWrapHooks.Clone();
        clone._postWrapHooks = _postWrapHooks.Clone();
        return clone;
    }

    /// <summary>The fields that Megatron-Core's config has, with their values.</summary>
    public TransformerConfig ToTransformerConfig() => CopyTo(new TransformerConfig());

    /// <summary>The same with those of multi-latent attention, which have their defaults where this model has another kind.</summary>
    public MlaTransformerConfig ToMlaTransformerConfig() => CopyTo(new MlaTransformerConfig());

    private T CopyTo<T>(T config)
        where T : TransformerConfig
    {
        foreach ((string field, ConfigValue value) in Fields.Where(field => config.Has(field.Key)))
        {
            config[field] = value;
        }

        return config;
    }

    /// <summary>Tokens in the vocabulary, padding not counted.</summary>
    public int VocabSize
    {
        get => Integer("vocab_size");
        set => this["vocab_size"] = value;
    }

    /// <summary>Rows of the embedding: <see cref="VocabSize"/>, or when padded, the next multiple of divisor times tensor parallel size. (Gemma 4 always pads it, to a multiple of the divisor alone.)</summary>
    public int PaddedVocabSize
    {
        get
        {
            long multiple = (long)MakeVocabSizeDivisibleBy * (IsGemma4Dense ? 1 : TensorModelParallelSize);
            if (!ShouldPadVocab && !IsGemma4Dense)
            {
                return VocabSize;
            }

            long rows = (VocabSize + multiple - 1) / multiple * multiple;
            return rows <= int.MaxValue
                ? (int)rows
                : throw new InvalidConfigException(
                    $"vocab_size ({VocabSize}), padded to a multiple of {multiple}, is {rows}; at most {int.MaxValue} rows are possible."
                );
        }
    }
}
