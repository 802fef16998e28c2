using MegatronBridge.Config;
using MegatronBridge.Estimates.Blocks;
using MegatronBridge.Model;

namespace MegatronBridge.Estimates.Memory;

/// <summary>What each kind of block keeps on a rank for its backward pass; the formulas are in docs/memory.md.</summary>
internal static class BlockActivations
{
    private const int DeltaChunk = 64; // tokens that delta nets work on at once

    /// <summary>Adds a block.</summary>
    public static void AddTo(ActivationTally tally, ModelBlock block)
    {
        ModelProvider provider = block.Provider;
        decimal hidden = provider.HiddenSize;
        bool isMlp = block.Kind is BlockKind.Mlp;
        bool hasOwnNorm = block.Kind is BlockKind.Experts or BlockKind.LatentAttention or BlockKind.CompressedAttention;
        tally.Residual(hidden); // the residual stream, which the norm reads
        tally.Residual(
            hidden,
            isMlp ? ActivationModule.Mlp
                : hasOwnNorm ? ActivationModule.Norm
                : ActivationModule.Kept
        );
        switch (block.Kind)
        {
            case BlockKind.Attention:
                AddAttention(tally, provider);
                break;
            case BlockKind.LatentAttention:
                AddLatent(tally, provider);
                break;
            case BlockKind.CompressedAttention:
                AddCompressed(tally, provider);
                break;
            case BlockKind.DeltaNet:
                AddDeltaNet(tally, provider);
                break;
            case BlockKind.KimiDelta:
                AddKimiDelta(tally, provider);
                break;
            case BlockKind.Mamba:
                AddMamba(tally, provider);
                break;
            case BlockKind.Mlp:
                AddProjections(tally, provider, provider.FfnHiddenSize, ActivationModule.Mlp);
                break;
            case BlockKind.Experts:
                AddExperts(tally, provider);
                break;
            default:
                tally.Residual(block.Kind == BlockKind.Join ? 2 * hidden : 0); // both norms, and both as one
                break;
        }

        if (LayerSpec.Of(provider).HasPostNorms)
        {
            tally.Residual(hidden);
        }

        tally.Dropout(hidden, provider.HiddenDropout);
    }

    private static void AddAttention(ActivationTally tally, ModelProvider provider)
    {
        RankTokens tokens = tally.Tokens;
        decimal heads = provider.NumAttentionHeads;
        decimal groups = Math.Max(provider.NumQueryGroups, tokens.Tp); // a rank has one group at least
        decimal queries = heads * provider.KvChannels;
        decimal keys = groups * provider.KvChannels;
        tally.Shared(queries + keys + (groups * provider.ValueHeadSize));
        tally.Shared(provider.QkLayernorm ? queries + keys : 0); // as they were before their norms
        tally.Shared(provider.AttentionOutputGate ? 2 * queries : 0); // the gate, and what it multiplies
        tally.Shared(heads * provider.ValueHeadSize); // what the projection out reads
        AddCore(tally, provider, heads);
    }

    // Flash attention keeps a float32 for each head; else the weights of all pairs are kept, and where some are dropped, which ones and
    // what is left.
    private static void AddCore(ActivationTally tally, ModelProvider provider, decimal heads)
    {
        RankTokens tokens = tally.Tokens;
        decimal pairs = heads * tokens.Count * tokens.Seen / tokens.Tp;
        decimal bytes =
            !tokens.HasUnfusedAttention ? heads * tokens.Count * sizeof(float) / tokens.Tp
            : provider.AttentionDropout > 0 ? pairs * ((2 * tokens.ElementBytes) + 1)
            : pairs * tokens.ElementBytes;
        tally.Add(ActivationModule.CoreAttention, bytes);
    }

    private static void AddLatent(ActivationTally tally, ModelProvider provider)
    {
        decimal heads = provider.NumAttentionHeads;
        decimal rope = provider.QkPosEmbHeadDim;
        decimal keySize = provider.QkHeadDim + rope;
        tally.Residual(2m * (provider.QLoraRank ?? 0)); // compressed, and normed
        tally.Residual((2m * provider.KvLoraRank) + rope);
        tally.Shared(2 * heads * keySize, ActivationModule.LatentUp); // queries and keys
        tally.Shared(heads * (provider.QkHeadDim + provider.VHeadDim), ActivationModule.LatentUp); // values, in what they are cut of
        tally.Shared(heads * provider.VHeadDim);
        if (provider.ExperimentalAttentionVariant == "dsa")
        {
            decimal indexers = provider.DsaIndexerNHeads ?? 0;
            tally.Residual((indexers + 1) * (provider.DsaIndexerHeadDim ?? 0));
        }

        AddCore(tally, provider, heads);
    }

    private static void AddCompressed(ActivationTally tally, ModelProvider provider)
    {
        decimal heads = provider.NumAttentionHeads;
        decimal headSize = provider.VHeadDim;
        tally.Residual(
            (2m * (provider.QLoraRank ?? 0)) + (2 * headSize) + ((decimal)provider.OGroups * provider.OLoraRank)
        );
        tally.Shared(2 * heads * headSize);
        AddCore(tally, provider, heads);
    }

    private static void AddDeltaNet(ActivationTally tally, ModelProvider provider)
    {
        decimal heads = provider.Size("linear_num_value_heads");
        decimal keys = (decimal)provider.Size("linear_num_key_heads") * provider.Size("linear_key_head_dim");
        decimal values = heads * provider.Size("linear_value_head_dim");
        AddDelta(tally, (2 * keys) + values, values + (2 * heads), heads, values);
    }

    private static void AddKimiDelta(ActivationTally tally, ModelProvider provider)
    {
        decimal heads = provider.KimiLinearNumHeads;
        decimal width = heads * provider.KimiLinearHeadDim;
        AddDelta(tally, 3 * width, (2 * width) + heads + provider.KimiLinearHeadDim, heads, width);
    }

    // Projections, the convolved part once more behind the convolution, a matrix between the tokens of a chunk, the output, the same normed.
    private static void AddDelta(
        ActivationTally tally,
        decimal convolved,
        decimal others,
        decimal heads,
        decimal values
    )
    {
        tally.Shared((2 * convolved) + others + (heads * DeltaChunk) + values);
        tally.Shared(values, ActivationModule.DeltaNorm);
    }

    // The kernel keeps what came in and what went out, and computes its states again.
    private static void AddMamba(ActivationTally tally, ModelProvider provider)
    {
        MambaMixer mixer = MambaMixer.Of(provider);
        decimal inner = (decimal)mixer.Heads * mixer.HeadSize;
        tally.Shared((2 * inner) + (2m * mixer.Groups * mixer.StateSize) + mixer.Heads);
        tally.Shared(2 * inner);
    }

    private static void AddProjections(
        ActivationTally tally,
        ModelProvider provider,
        decimal width,
        ActivationModule module
    ) => tally.Shared((provider.GatedLinearUnit ? 2 * width : width) + width, module);

    private static void AddExperts(ActivationTally tally, ModelProvider provider)
    {
        RankTokens tokens = tally.Tokens;
        decimal hidden = provider.HiddenSize;
        decimal width = provider.MoeFfnHiddenSize ?? provider.FfnHiddenSize;
        decimal outer = provider.MoeLatentSize ?? hidden;
        decimal visits = tokens.Visits(provider);
        decimal before = provider.GatedLinearUnit ? 2 * width : width;
        tally.Add(
            ActivationModule.Experts,
            2m * sizeof(float) * (provider.NumMoeExperts ?? 0) * tokens.Residual // scores and weights
        );
        tally.Add(ActivationModule.Experts, visits * tokens.ElementBytes * (outer + (before / tokens.Etp)));
        tally.Add(ActivationModule.ExpertActivation, visits * tokens.ElementBytes * width / tokens.Etp);
        tally.Residual(provider.MoeLatentSize is null ? 0 : outer, ActivationModule.Experts);
        if (provider.MoeSharedExpertIntermediateSize is { } shared)
        {
            AddProjections(tally, provider, shared, ActivationModule.SharedExperts);
            tally.Residual(provider.MoeSharedExpertGate ? hidden : 0, ActivationModule.SharedExperts);
        }
    }
}
