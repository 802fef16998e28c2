using MegatronBridge.Config;

namespace MegatronBridge.Layout;

/// <summary>Over how many ranks each dimension of parallelism spreads the model; 1 means not at all.</summary>
public sealed record ParallelSizes
{
    /// <summary>Everything on one rank.</summary>
    public static ParallelSizes One { get; } = new();

    /// <summary>Tensor parallelism: ranks that share each matrix.</summary>
    public int Tp { get; init; } = 1;

    /// <summary>Pipeline parallelism: stages that share the layers.</summary>
    public int Pp { get; init; } = 1;

    /// <summary>Virtual pipeline stages on each pipeline rank.</summary>
    public int Vp { get; init; } = 1;

    /// <summary>Expert parallelism: ranks that share the experts of a layer.</summary>
    public int Ep { get; init; } = 1;

    /// <summary>Tensor parallelism inside one expert.</summary>
    public int Etp { get; init; } = 1;

    /// <summary>Context parallelism: ranks that share a sequence.</summary>
    public int Cp { get; init; } = 1;

    /// <summary>Least number of data-parallel copies; <see cref="Ep"/> may make more of them necessary.</summary>
    public int Dp { get; init; } = 1;

    /// <summary>
    /// Ranks of one pipeline stage: the smallest number that dense layers (Tp x Cp x Dp) and experts (Etp x Ep) both divide.
    /// </summary>
    public int StageSize => LeastCommonMultiple(Tp * Cp * Dp, Etp * Ep);

    /// <summary>Number of ranks.</summary>
    public int WorldSize => Pp * StageSize;

    /// <summary>The sizes that a provider has.</summary>
    public static ParallelSizes Of(ModelProvider provider) =>
        new()
        {
            Tp = provider.TensorModelParallelSize,
            Pp = provider.PipelineModelParallelSize,
            Vp = provider.VirtualPipelineModelParallelSize ?? 1,
            Ep = provider.ExpertModelParallelSize,
            Etp = provider.ExpertTensorParallelSize,
            Cp = provider.ContextParallelSize,
        };

    /// <summary>
    /// The sizes that are not 1: <c>TP 2, PP 4</c>; <c>one rank</c> when there are none. ETP is told where there is EP, for
    /// without, it is as TP.
    /// </summary>
    public string Describe()
    {
        (string Name, int Size)[] sizes =
        [
            ("TP", Tp),
            ("PP", Pp),
            ("VP", Vp),
            ("EP", Ep),
            ("ETP", Ep > 1 ? Etp : 1),
            ("CP", Cp),
            ("DP", Dp),
        ];
        string text = string.Join(", ", sizes.Where(size => size.Size > 1).Select(size => $"{size.Name} {size.Size}"));
        return text.Length > 0 ? text : "one rank";
    }

    /// <summary>Sets the provider's sizes.</summary>
    public void ApplyTo(ModelProvider provider)
    {
        provider.TensorModelParallelSize = Tp;
        provider.PipelineModelParallelSize = Pp;
        provider.VirtualPipelineModelParallelSize = Vp > 1 ? Vp : null;
        provider.ExpertModelParallelSize = Ep;
        provider.ExpertTensorParallelSize = Etp;
        provider.ContextParallelSize = Cp;
    }

    /// <summary>Refuses sizes below one.</summary>
    public void Validate()
    {
        (string Name, int Size)[] sizes =
        [
            ("tensor", Tp),
            ("pipeline", Pp),
            ("virtual pipeline", Vp),
            ("expert", Ep),
            ("expert tensor", Etp),
            ("context", Cp),
            ("data", Dp),
        ];
        List<string> faults =
        [
            .. sizes
                .Where(size => size.Size < 1)
                .Select(size => $"the {size.Name} parallel size is {size.Size}, not 1 or more."),
        ];
        if (faults.Count == 0 && (decimal)Tp * Cp * Dp * Etp * Ep * Pp > int.MaxValue)
        {
            faults.Add($"{Describe()} are more ranks than can be counted.");
        }

        if (Vp > 1 && Pp == 1)
        {
            faults.Add($"{Vp} virtual pipeline stages need a pipeline of at least 2 ranks; give --pp.");
        }

        LayoutException.ThrowIfAny(faults);
    }

    private static int LeastCommonMultiple(int a, int b)
    {
        (int x, int y) = (a, b);
        while (y != 0)
        {
            (x, y) = (y, x % y);
        }

        return a / x * b;
    }
}
