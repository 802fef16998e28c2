using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;

namespace MegatronBridge.Families;

/// <summary>
/// A model family: which Hugging Face architecture it is, how its config differs from what every decoder shares, and
/// where each parameter comes from. A value, in one file, that reads like a table.
/// </summary>
public sealed record Family
{
    /// <summary>The entry of <c>architectures</c> in config.json.</summary>
    public required string Architecture { get; init; }

    /// <summary>The <c>model_type</c> in config.json.</summary>
    public required string ModelType { get; init; }

    /// <summary>Class of upstream's provider, as run_config.yaml names it.</summary>
    public string Provider { get; init; } = "megatron.bridge.models.gpt_provider.GPTModelProvider";

    /// <summary>Sets the provider's fields from config.json, after what all families share.</summary>
    public Action<ModelProvider, HfConfig> Configure { get; init; } = static (_, _) => { };

    /// <summary>Sets the keys of a config.json from a provider, after what all families share.</summary>
    public Action<JsonObject, ModelProvider> ConfigureHf { get; init; } = static (_, _) => { };

    /// <summary>Where each parameter comes from. A list may have rows that a given model has no parameter for.</summary>
    public required IReadOnlyList<ParameterMapping> Parameters { get; init; }

    /// <summary>Tensors that checkpoints of this family may have and Megatron does not.</summary>
    public IReadOnlyList<IgnoredTensor> Ignored { get; init; } = [];
}
