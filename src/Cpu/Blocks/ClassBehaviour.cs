using MegatronBridge.Config;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>What upstream's provider classes, and the modules that they make, compute beyond what their fields say.</summary>
internal sealed record ClassBehaviour
{
    private static readonly ClassBehaviour None = new();
    private static readonly ClassBehaviour Gemma = new() { ScalesEmbedding = true };

    private static readonly Dictionary<string, ClassBehaviour> Known = new(StringComparer.Ordinal)
    {
        ["GemmaModelProvider"] = Gemma,
        ["Gemma2ModelProvider"] = Gemma,
        ["Gemma3ModelProvider"] = Gemma,
        ["Gemma3VLModelProvider"] = Gemma,
        ["Gemma4ModelProvider"] = Gemma,
        ["Gemma4VLModelProvider"] = Gemma,
        ["LLaDA15ModelProvider"] = new() { IsBidirectional = true },
        ["KimiK3ModelProvider"] = new() { HasSitu = true },
        ["Step35ModelProvider"] = new() { LimitsActivations = true },
        ["Step37ModelProvider"] = new() { LimitsActivations = true },
        ["NemotronLabsDiffusionModelProvider"] = new() { TurnsAsKept = true },
    };

    /// <summary>True when embeddings are multiplied by the root of the hidden size.</summary>
    public bool ScalesEmbedding { get; private init; }

    /// <summary>True when tokens see those after them.</summary>
    public bool IsBidirectional { get; private init; }

    /// <summary>
    /// True when attention itself turns queries and keys, as the config of Hugging Face that the provider keeps says, whatever
    /// <c>position_embedding_type</c> says.
    /// </summary>
    public bool TurnsAsKept { get; private init; }

    /// <summary>True when bounds of MLPs are for what comes out of the function, and not for what goes in.</summary>
    public bool LimitsActivations { get; private init; }

    /// <summary>True when MLPs have <see cref="Kernels.Activation.Situ"/>, whatever <c>activation_func</c> says.</summary>
    public bool HasSitu { get; private init; }

    /// <summary>That of a provider's class.</summary>
    public static ClassBehaviour Of(ModelProvider provider) => Known.GetValueOrDefault(provider.Schema.Name, None);
}
