using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Tests.Bridge.Families;
using MegatronBridge.Tests.Cpu;
using MegatronBridge.Tools;

namespace MegatronBridge.Tests.Docs;

/// <summary>What is special about a family, as its rows and the providers of its small configs tell.</summary>
internal static class FamilyFacts
{
    private static readonly (string Fact, Func<ModelProvider, bool> Holds)[] OfProviders =
    [
        ("Latent attention: keys and values come from one small vector for each token.", p => p.MultiLatentAttention),
        (
            "Query groups: several heads share keys and values.",
            p => !p.MultiLatentAttention && p.NumQueryGroups < p.NumAttentionHeads
        ),
        ("Queries and keys have norms (`qk_layernorm`).", p => p.QkLayernorm && !p.MultiLatentAttention),
        ("Query, key and value have biases (`add_qkv_bias`).", p => p.AddQkvBias),
        ("Each head has a sink (`softmax_type`).", p => Is(p, "softmax_type", "learnable")),
        ("A window of tokens in all layers or some (`window_size`).", p => IsSet(p, "window_size")),
        (
            "Gated delta nets in some layers (`experimental_attention_variant`), whose state does not grow.",
            p => p.ExperimentalAttentionVariant is "gdn" or "gdn2"
        ),
        (
            "Sparse attention, which an indexer chooses the tokens of.",
            p => Is(p, "experimental_attention_variant", "dsa")
        ),
        ("The output of attention is gated (`attention_output_gate`).", p => Is(p, "attention_output_gate", true)),
        (
            "Layers of several kinds in the order that `hybrid_layer_pattern` spells.",
            p => IsSet(p, "hybrid_layer_pattern")
        ),
        (
            "Norms scale by 1 + weight (`layernorm_zero_centered_gamma`).",
            p => Is(p, "layernorm_zero_centered_gamma", true)
        ),
        ("Positions are learned.", p => Is(p, "position_embedding_type", "learned_absolute")),
        (
            "Rotary positions in sections for time, height and width (`mrope_section`).",
            p => Is(p, "position_embedding_type", "mrope")
        ),
        ("Positions scaled by YaRN.", p => Is(p, "position_embedding_type", "yarn") || Is(p, "rope_type", "yarn")),
        (
            "Only a part of each head's channels rotates (`rotary_percent`).",
            p => p.Has("rotary_percent") && p.RotaryPercent < 1
        ),
        (
            "Experts beside a shared one (`moe_shared_expert_intermediate_size`).",
            p => p.NumMoeExperts is not null && IsSet(p, "moe_shared_expert_intermediate_size")
        ),
        (
            "A bias balances the experts (`moe_router_enable_expert_bias`); it is part of the checkpoint.",
            p => p.NumMoeExperts is not null && Is(p, "moe_router_enable_expert_bias", true)
        ),
    ];

    public static IEnumerable<string> Of(Family family)
    {
        ModelProvider[] providers = [.. FamilyProofs.Of(family).Configs.Select(name => Provider(family, name))];
        foreach ((string fact, Func<ModelProvider, bool> holds) in OfProviders)
        {
            if (Array.Exists(providers, provider => holds(provider)))
            {
                yield return Array.TrueForAll(providers, provider => holds(provider))
                    ? fact
                    : $"{fact} *Where the config says so.*";
            }
        }

        if (Rows(family, ".experts.").Any())
        {
            string fused = family.Parameters.Any(row =>
                row.Megatron.Text.Contains(".experts.", StringComparison.Ordinal) && row.IsFused
            )
                ? " Hugging Face keeps those of a layer in one tensor, at least in some checkpoints."
                : "";
            yield return $"Experts: `--ep` spreads them over ranks, `--etp` cuts each.{fused}";
        }

        if (Rows(family, "mtp.layers.").Any())
        {
            yield return "Layers for multi-token prediction are converted where the model has them (`mtp_num_layers`).";
        }

        string[] towers = [.. Towers(family)];
        if (towers.Length > 0)
        {
            yield return $"Beside the language model: {string.Join(", ", towers)}. They lie on the first pipeline stage.";
        }

        if (family.Ignored.Any(rule => rule.Reason.Contains("ties the head", StringComparison.Ordinal)))
        {
            yield return "Where the config ties the head to the embedding there is one tensor; a copy is compared with it and left out.";
        }

        if (providers.Length > 0 && providers[0].Has("make_vocab_size_divisible_by") && !family.IsOfDiffusers)
        {
            yield return $"The embedding has the rows of the model; `--set should_pad_vocab=true` pads it to a multiple of `make_vocab_size_divisible_by` times `--tp`.";
        }
    }

    public static IEnumerable<string> LimitsOf(Family family, FamilyComment comment)
    {
        if (comment.Limits.Length > 0)
        {
            yield return comment.Limits;
        }

        if (!family.IsUpstream)
        {
            yield return "The Python bridge does not convert it; what Megatron-Core has no place for is told in [extensions.md](../extensions.md).";
        }

        if (Towers(family).Any())
        {
            yield return "`generate` and `verify` run the language model; images and sound are no input yet. All tensors are converted and compared.";
        }

        foreach (
            string reason in FamilyProofs
                .Of(family)
                .Golden.Select(WithoutLogitsTests.WhyNotRun)
                .OfType<string>()
                .Distinct()
        )
        {
            yield return $"`generate` and `verify` do not run it: {reason}.";
        }

        if (!RandomModel.Architectures.Contains(family.Architecture))
        {
            yield return "`toy --architecture` makes no random model of it.";
        }
    }

    /// <summary>The modules of Megatron's model that are not of the language model.</summary>
    private static IEnumerable<string> Towers(Family family)
    {
        if (family.TextConfig is null && family.KeptConfigs.Count == 0)
        {
            return [];
        }

        return family
            .Parameters.Select(row => row.Megatron.Text)
            .Select(name =>
                name[..(name.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 ? dot : name.Length)]
            )
            .Where(module => module is not ("language_model" or "decoder" or "embedding" or "output_layer" or "mtp"))
            .Distinct()
            .Select(module => $"`{module}`");
    }

    private static IEnumerable<string> Rows(Family family, string part) =>
        family.Parameters.Select(row => row.Megatron.Text).Where(name => name.Contains(part, StringComparison.Ordinal));

    private static ModelProvider Provider(Family family, string config)
    {
        ModelProvider provider = family.ToProvider(new HfConfig(SmallConfigs.Config(config)));
        provider.Complete();
        return provider;
    }

    private static bool IsSet(ModelProvider provider, string field) => provider.Has(field) && !provider[field].IsNull;

    private static bool Is(ModelProvider provider, string field, ConfigValue value) =>
        provider.Has(field) && provider[field] == value;
}
