namespace MegatronBridge.Config;

/// <summary>How a provider's file is written.</summary>
public enum ConfigFormat
{
    /// <summary>JSON, keys sorted: <c>mhub_model.json</c>.</summary>
    Json,

    /// <summary>YAML, fields in the order of upstream's class: <c>mhub_model.yaml</c>.</summary>
    Yaml,
}
