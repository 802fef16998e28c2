using System.Text.Json.Nodes;

namespace MegatronBridge.Config;

/// <summary>
/// The factors by which Granite scales embeddings, attention scores, residuals and logits. Megatron-Core has those of the
/// embeddings and the logits (as settings of muP) and of the scores; the one of the residuals it does not have: it stands as a
/// field of its own in run_config.yaml, and whoever trains the model has to apply it.
/// </summary>
internal static class GraniteMultipliers
{
    /// <summary>Sets the provider's fields.</summary>
    public static void Read(HfConfig hf, ModelProvider provider)
    {
        provider.SoftmaxScale = hf.NumberOr("attention_multiplier", 1.0);
        double embedding = hf.NumberOr("embedding_multiplier", 1.0);
        double logits = hf.NumberOr("logits_scaling", 1.0);
        if (logits <= 0)
        {
            throw hf.Wrong("logits_scaling", "more than 0");
        }

        if (embedding != 1.0 || logits != 1.0)
        {
            provider["use_mup"] = true;
            provider["mup_embedding_mult"] = embedding;
            provider["mup_output_mult"] = 1.0 / logits;
        }

        provider.ResidualMultiplier = hf.NumberOr("residual_multiplier", 1.0);
    }

    /// <summary>Sets the keys of a config.json.</summary>
    public static void Write(JsonObject hf, ModelProvider provider)
    {
        hf["attention_multiplier"] = provider["softmax_scale"].ToJson();
        hf["embedding_multiplier"] = provider["mup_embedding_mult"].ToJson();
        hf["logits_scaling"] = provider["mup_output_mult"] switch
        {
            ConfigValue.Number { Value: var output } => RoundTrip(output),
            _ => JsonNode.Parse("1.0"),
        };
        hf["residual_multiplier"] = provider.ResidualMultiplier.ToJson();
    }

    // 1 / (1 / x) is x or a neighbour of it; the shortest of the neighbours is what somebody wrote.
    private static JsonNode? RoundTrip(double output)
    {
        double scaling = 1.0 / output;
        double[] candidates = [scaling, Math.BitIncrement(scaling), Math.BitDecrement(scaling)];
        double shortest = candidates
            .Where(candidate => 1.0 / candidate == output)
            .MinBy(value => PythonFloat.Repr(value).Length);
        return ((ConfigValue)(shortest == 0 ? scaling : shortest)).ToJson();
    }
}
