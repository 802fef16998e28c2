using MegatronBridge.Config;
using MegatronBridge.Model;

namespace MegatronBridge.Estimates.Flops;

/// <summary>
/// A Mamba-2 mixer. Its scan takes seven operations for each channel and each of its states; its convolution, as upstream has it, does
/// not count.
/// </summary>
internal static class MambaFlops
{
    private const int ScanOperations = 7;

    /// <summary>Adds a layer.</summary>
    public static void AddTo(FlopsLedger ledger, ModelProvider provider, MambaMixer mixer)
    {
        decimal hidden = provider.HiddenSize;
        decimal inner = ledger.Imitates(UpstreamSlips.MambaWidth) ? 2 * hidden : (decimal)mixer.Heads * mixer.HeadSize;
        decimal states = 2 * (decimal)mixer.Groups * mixer.StateSize; // B and C
        BlockTally block = ledger.Layer("Mamba");
        block.Weights("in_proj", hidden, (2 * inner) + states + mixer.Heads, ledger.Tokens);
        block.Values(ScanOperations * inner * mixer.StateSize * ledger.Tokens);
        block.Weights("out_proj", inner, hidden, ledger.Tokens);
    }
}
