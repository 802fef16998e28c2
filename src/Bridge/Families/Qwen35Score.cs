using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>Qwen3.5 that sees, and gives each token a score for each label in the place of a word.</summary>
public static class Qwen35Score
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = Qwen35Vl.Family with
    {
        Architecture  = "Qwen3_5ForTokenClassification",
        Schema        = Qwen35Vl.Schema.Derive(
            "megatron.bridge.models.qwen_vl.qwen35_vl_provider.Qwen35TokenClassificationModelProvider",
            IntOrNull("num_labels"),
            Float("classifier_dropout", 0.1),
            IntOrNull("mtp_num_layers", 0),
            Bool("mtp_enabled", false),
            Bool("share_embeddings_and_output_weights", false)
        ),
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Parameters    =
        [
            new Same("language_model.output_layer.weight", "score.weight"),
            new Same("language_model.output_layer.bias",   "score.bias"),
            .. Qwen35Vl.Family.Parameters.Where(row => row.Megatron.Text != "language_model.output_layer.weight"),
        ],
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        Qwen35Vl.Configure(provider, hf);
        provider["num_labels"] = hf.Find("id2label") is JsonObject labels
            ? labels.Count
            : hf.IntegerOr("num_labels", 2);
        provider["classifier_dropout"] = hf.FirstNumber("classifier_dropout", "hidden_dropout") ?? 0.1;
        provider["mtp_num_layers"] = 0L;
        provider.ShareEmbeddingsAndOutputWeights = false;
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        Qwen35Vl.ConfigureHf(hf, provider);
        LanguageConfig.At(hf, "text_config").Remove("mtp_num_hidden_layers");
        JsonObject names = [];
        JsonObject numbers = [];
        for (
            int label = 0;
            provider["num_labels"] is ConfigValue.Integer { Value: var count } && label < count;
            label++
        )
        {
            names[$"{label}"] = $"LABEL_{label}";
            numbers[$"LABEL_{label}"] = label;
        }

        hf["id2label"] = names;
        hf["label2id"] = numbers;
    }
}
