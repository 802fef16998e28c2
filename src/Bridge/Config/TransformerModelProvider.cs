using MegatronBridge.Config.Schema;

namespace MegatronBridge.Config;

/// <summary>Models that share nothing but the transformer with the others: Flux, Wan, Falcon-H1.</summary>
internal sealed class TransformerModelProvider(ProviderSchema schema) : ModelProvider(schema);
