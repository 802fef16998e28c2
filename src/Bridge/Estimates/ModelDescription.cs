using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Estimates.Flops;
using MegatronBridge.Families;
using MegatronBridge.Layout;
using MegatronBridge.Storage;
using MegatronBridge.Storage.HuggingFace;

namespace MegatronBridge.Estimates;

/// <summary>A model that is known by its config; weights need not be there.</summary>
/// <param name="Name">Architecture or class of the model.</param>
/// <param name="Provider">The Megatron side's config, for one rank. Sizes of a layout may be set before it is completed.</param>
public sealed record ModelDescription(string Name, ModelProvider Provider)
{
    /// <summary>
    /// The model of a config.json, or of a folder that has one. Weights beside it tell which layers for multi-token prediction there are;
    /// without them there are those of the config.
    /// </summary>
    /// <exception cref="BadFileException">There is no config.json, or it is damaged.</exception>
    /// <exception cref="UnsupportedModelException">The architecture is not known.</exception>
    public static ModelDescription OfHf(string path)
    {
        if (File.Exists(path))
        {
            return Of(HfConfig.Load(path), null);
        }

        if (Directory.Exists(path) && HfFolder.HasConfig(path) && !HasWeights(path))
        {
            return Of(HfConfig.Load(Path.Combine(path, HfFolder.ConfigName)), null);
        }

        using HfFolder folder = HfFolder.Open(path);
        return Of(HfConfig.Load(folder.PathOf(HfFolder.ConfigName)), folder.Names);
    }

    /// <summary>The model of a Megatron checkpoint, or of a run_config.yaml alone.</summary>
    /// <exception cref="BadFileException">There is no checkpoint, or it does not tell its model.</exception>
    public static ModelDescription OfMegatron(string path)
    {
        if (File.Exists(path))
        {
            return Of(RunConfig.Load(path).ToProvider());
        }

        using MegatronCheckpoint checkpoint = MegatronCheckpoint.Open(path);
        return Of(
            checkpoint.Provider()
                ?? throw new BadFileException(
                    path,
                    $"neither {RunConfig.FileName} nor arguments of Megatron-LM tell the model. Give --hf-model with its config.json."
                )
        );
    }

    /// <summary>
    /// The config for a layout, completed. Ranks that share matrices share the sequence between them, and a vocabulary that they could not
    /// share is padded, unless <paramref name="settings"/>, fields by upstream's names, say otherwise.
    /// </summary>
    /// <exception cref="LayoutException">The sizes contradict each other.</exception>
    /// <exception cref="InvalidConfigException">The model cannot be laid out so; all faults are told.</exception>
    public ModelProvider LaidOut(ParallelSizes sizes, params IEnumerable<KeyValuePair<string, string>> settings)
    {
        sizes.Validate();
        ModelProvider provider = Provider.Clone();
        sizes.ApplyTo(provider);
        provider.SequenceParallel = sizes.Tp > 1;
        if (provider.Has("should_pad_vocab"))
        {
            provider.ShouldPadVocab |= provider.VocabSize % sizes.Tp != 0;
        }

        foreach ((string field, string text) in settings)
        {
            provider.SetFromText(field, text);
        }

        provider.Complete();
        return provider;
    }

    private static ModelDescription Of(HfConfig config, IReadOnlyCollection<string>? tensors)
    {
        Family family = FamilyList.Of(config);
        ModelProvider provider = family.ToProvider(config, tensors);
        RequireWidth(provider);
        return new(family.Architecture, provider);
    }

    // Megatron takes four times the hidden size then, which is nothing that the config says.
    private static void RequireWidth(ModelProvider provider)
    {
        bool hasWidths = provider.Has("heterogeneous_layers_config_encoded_json");
        bool hasMlps = provider.Has("hybrid_layer_pattern")
            ? provider.HybridLayerPattern?.Contains(HybridPattern.Mlp, StringComparison.Ordinal) == true
            : provider.Has("vocab_size")
                && !provider["num_layers"].IsNull
                && Enumerable.Range(0, provider.NumLayers).Any(layer => !provider.IsMoeLayer(layer));
        if (provider["ffn_hidden_size"].IsNull && hasMlps && !hasWidths)
        {
            throw new InvalidConfigException(MlpFlops.NoWidth);
        }
    }

    private static ModelDescription Of(ModelProvider provider)
    {
        provider.LayOutOnOneRank();
        return new(provider.HfArchitecture ?? provider.Schema.Name, provider);
    }

    // A config inside a folder below is that of a pipeline; opening it tells what is wrong with it.
    private static bool HasWeights(string path) =>
        !File.Exists(Path.Combine(path, HfFolder.ConfigName)) || Directory.EnumerateFiles(path, "*.safetensors*").Any();
}
