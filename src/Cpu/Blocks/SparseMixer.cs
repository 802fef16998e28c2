namespace MegatronBridge.Cpu.Blocks;

/// <summary>
/// SparseMixer: the best expert, then the best of the others; each counts by its share among those that are about as good.
/// </summary>
/// <param name="Tolerance">How near to the best, relative to it, an expert must be to have a share.</param>
internal sealed record SparseMixer(float Tolerance)
{
    /// <summary>Chooses by the scores of all experts, which are changed.</summary>
    public void Choose(Span<float> scores, Span<int> chosen, Span<float> weights)
    {
        for (int choice = 0; choice < chosen.Length; choice++)
        {
            int best = BestOf(scores);
            float most = scores[best];
            float sum = 0;
            foreach (float score in scores)
            {
                bool isFar = (most - score) / MathF.Max(MathF.Abs(score), most) > 2 * Tolerance;
                sum += isFar ? 0 : MathF.Exp(score - most);
            }

            chosen[choice] = best;
            weights[choice] = 1 / sum;
            scores[best] = float.NegativeInfinity;
        }
    }

    private static int BestOf(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            best = scores[i] > scores[best] ? i : best;
        }

        return best;
    }
}
