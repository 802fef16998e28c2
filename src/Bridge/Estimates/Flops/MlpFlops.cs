using MegatronBridge.Config;

namespace MegatronBridge.Estimates.Flops;

/// <summary>MLPs, plain or gated: dense ones, and experts of which each token visits some, behind projections to a smaller width or not.</summary>
internal static class MlpFlops
{
    /// <summary>What is wrong with a model whose dense MLPs have no width.</summary>
    public const string NoWidth =
        "ffn_hidden_size is not set, which the dense MLPs need (intermediate_size of config.json): a number of 1 or more.";

    /// <summary>Adds a dense layer.</summary>
    /// <exception cref="InvalidConfigException">The config does not say how wide it is.</exception>
    public static void AddDense(FlopsLedger ledger, ModelProvider provider)
    {
        if (provider["ffn_hidden_size"].IsNull && !ledger.Imitates(UpstreamSlips.OwnSizes)) // upstream takes 4 hidden_size
        {
            throw new InvalidConfigException(NoWidth);
        }

        AddProjections(ledger.Layer("MLP"), provider, provider.HiddenSize, provider.FfnHiddenSize, ledger.Tokens);
    }

    /// <summary>Adds a layer of experts. (Routers do not count, as upstream does not count them.)</summary>
    public static void AddExperts(FlopsLedger ledger, ModelProvider provider)
    {
        decimal visits = provider.Size("moe_router_topk");
        decimal hidden = provider.HiddenSize;
        decimal outer = provider.MoeLatentSize is null ? hidden : provider.Size("moe_latent_size");
        if (provider.MoeLatentSize is not null)
        {
            BlockTally latent = ledger.Layer("latent projections of experts");
            latent.Weights("fc1_latent_proj", hidden, outer, ledger.Tokens);
            latent.Weights("fc2_latent_proj", outer, hidden, ledger.Tokens);
        }

        if (provider.MoeFfnHiddenSize is null)
        {
            throw new InvalidConfigException(
                "moe_ffn_hidden_size is not set, which experts need: a number of 1 or more. (Complete() sets it to ffn_hidden_size for models "
                    + "that mean this.)"
            );
        }

        decimal width = provider.Size("moe_ffn_hidden_size");
        AddProjections(ledger.Layer("experts"), provider, outer, width, visits * ledger.Tokens, isRouted: true);
        if (provider.MoeSharedExpertIntermediateSize is not null)
        {
            decimal shared = provider.Size("moe_shared_expert_intermediate_size");
            AddProjections(ledger.Layer("shared experts"), provider, hidden, shared, ledger.Tokens);
        }
    }

    private static void AddProjections(
        BlockTally block,
        ModelProvider provider,
        decimal outer,
        decimal inner,
        decimal positions,
        bool isRouted = false
    )
    {
        decimal rows = provider.GatedLinearUnit ? 2 * inner : inner;
        if (provider.GatedLinearUnit && !isRouted)
        {
            block.Weights(
                "linear_fc1",
                outer,
                rows,
                positions,
                parts: [("linear_fc1_gate", inner), ("linear_fc1_up", inner)]
            );
        }
        else
        {
            block.Weights("linear_fc1", outer, rows, positions);
        }

        block.Weights("linear_fc2", inner, outer, positions);
    }
}
