using MegatronBridge.Config;
using MegatronBridge.Estimates;
using MegatronBridge.Families;
using MegatronBridge.Model;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Estimates;

/// <summary>Every weight of the language model takes part once for each token: the counts agree with the model table.</summary>
public sealed class FlopsOfWeightsTests
{
    private const string LanguageModel = "language_model.";

    private static readonly string[] OfLanguageModel = ["decoder.", "mtp.", "per_layer_model_proj."];

    // Looked up, or left out by the convention.
    private static readonly string[] NotCounted =
    [
        "embedding.",
        "output_layer.",
        "router.",
        "gate_weight",
        "mixer.conv1d.",
        "hyper_connection",
        "hc_head",
        ".ape",
        "_res_proj.",
        "vision_moe_layer.",
    ];

    private static readonly string[] LatentNorms =
    [
        "linear_q_up_proj.layer_norm_weight",
        "linear_kv_up_proj.layer_norm_weight",
        "q_layernorm.weight",
        "kv_layernorm.weight",
        "q_a_layernorm.weight",
        "kv_a_layernorm.weight",
    ];

    private static readonly LoraSettings Frozen = new() { TargetModules = [] };

    // Some layers of Gemma 4 take keys or values from elsewhere; their own projections stay unused.
    public static TheoryData<string> Families =>
        [
            .. GoldenCases.Families.Where(family =>
                !family.StartsWith("flux", StringComparison.Ordinal)
                && !family.StartsWith("wan", StringComparison.Ordinal)
                && (family == "gemma4" || !family.StartsWith("gemma4", StringComparison.Ordinal))
            ),
        ];

    [Theory]
    [MemberData(nameof(Families))]
    public void Each_token_meets_each_weight_of_the_model_table_once(string family)
    {
        HfConfig config = new(GoldenManifest.Load(family).Hf["config"]!.DeepClone().AsObject());
        ModelProvider provider = FamilyList.Of(config).ToProvider(config);
        provider.Complete();
        const int tokens = 64;

        // Frozen weights need no gradients, so the difference is one product with each weight.
        FlopsCount full = FlopsCalculator.TransformerFlops(provider, 1, tokens);
        FlopsCount frozen = FlopsCalculator.TransformerFlops(provider, 1, tokens, new() { Lora = Frozen });
        decimal weights = (full.Training - frozen.Training) / (2 * tokens);

        decimal logits = full.Blocks.Single(block => block.Name is "logits" or "scores").Forward / (2 * tokens);
        Assert.Equal(Weights(provider).ToString(), (weights - logits).ToString("0"));
    }

    private static long Weights(ModelProvider provider) =>
        ModelTable
            .Build(provider)
            .Parameters.Where(parameter => Counts(provider, parameter))
            .Sum(parameter =>
                parameter.Expert is null
                    ? parameter.Shape.ElementCount
                    : parameter.Shape.ElementCount * provider.MoeRouterTopk / provider.NumMoeExperts!.Value
            );

    private static bool Counts(ModelProvider provider, ModelParameter parameter)
    {
        string name = parameter.Name;
        int start = name.IndexOf(LanguageModel, StringComparison.Ordinal);
        name = start < 0 ? name : name[(start + LanguageModel.Length)..];
        return !parameter.IsBuffer
            && (start >= 0 || !IsOfTower(name))
            && !Array.Exists(NotCounted, part => name.Contains(part, StringComparison.Ordinal))
            && (parameter.Shape.Rank > 1 || IsCountedNorm(provider, name));
    }

    private static bool IsOfTower(string name) =>
        !Array.Exists(OfLanguageModel, part => name.StartsWith(part, StringComparison.Ordinal));

    private static bool IsCountedNorm(ModelProvider provider, string name) =>
        name.EndsWith(".enorm.weight", StringComparison.Ordinal)
        || name.EndsWith(".hnorm.weight", StringComparison.Ordinal)
        || (
            name.StartsWith("mtp.", StringComparison.Ordinal)
            && name.EndsWith("final_layernorm.weight", StringComparison.Ordinal)
        )
        || (
            provider.MultiLatentAttention
            && Array.Exists(LatentNorms, part => name.EndsWith(part, StringComparison.Ordinal))
        );
}
