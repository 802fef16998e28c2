using MegatronBridge.Layout;

namespace MegatronBridge.Estimates.Memory;

/// <summary>How many microbatches are under way at once, at most: their forward pass is done and their backward pass is not.</summary>
internal static class PipelineSchedule
{
    /// <summary>Those of each virtual stage of a pipeline rank, when most are under way.</summary>
    /// <param name="sizes">The layout.</param>
    /// <param name="stage">The pipeline rank.</param>
    /// <param name="microbatches">Microbatches of a step, or null for more than enough.</param>
    /// <param name="group">Microbatches that a virtual stage works on in a row; the pipeline size when null.</param>
    public static int[] InFlight(ParallelSizes sizes, int stage, int? microbatches, int? group = null)
    {
        (int pp, int vp) = (sizes.Pp, sizes.Vp);
        int together = group ?? pp;
        int all = microbatches ?? (pp * vp * 4);
        int warmup = vp == 1 ? pp - stage - 1 : (2 * (pp - stage - 1)) + ((vp - 1) * together);
        long most = Math.Min((long)warmup + 1, (long)all * vp);

        // Groups of microbatches go through one virtual stage after the other.
        int[] underWay = new int[vp];
        for (int first = 0; first < all && most > 0; first += together)
        {
            int size = Math.Min(together, all - first);
            for (int chunk = 0; chunk < vp && most > 0; chunk++)
            {
                int now = (int)Math.Min(size, most);
                underWay[chunk] += now;
                most -= now;
            }
        }

        return underWay;
    }
}
