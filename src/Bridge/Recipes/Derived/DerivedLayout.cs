using MegatronBridge.Config;
using MegatronBridge.Estimates;
using MegatronBridge.Estimates.Memory;
using MegatronBridge.Layout;
using MegatronBridge.Model;

namespace MegatronBridge.Recipes.Derived;

/// <summary>
/// The smallest layout on GPUs of 80 GB that a model fits by the estimate of memory: ranks that share matrices within a machine before
/// stages, and experts over all ranks of a stage. Where none does, layers are computed again, and copies of the model share the optimizer.
/// </summary>
/// <param name="Sizes">The sizes.</param>
/// <param name="Fields">What it needs besides: a pipeline that does not divide the layers, recomputation.</param>
internal sealed record DerivedLayout(ParallelSizes Sizes, IReadOnlyList<KeyValuePair<string, string>> Fields)
{
    private const double GpuMemory = 72e9; // CUDA, NCCL and the allocator have the rest
    private const int GpusPerNode = 8;
    private const int MostGpus = 1 << 12;
    private const int FrozenBytes = 2; // of a weight
    private const int GradientBytes = 4;
    private const int StateBytes = 12; // a copy and two means

    private static readonly int[] TensorParallel = [1, 2, 4, 8];

    private static readonly KeyValuePair<string, string>[] Recompute =
    [
        new("recompute_granularity", "full"),
        new("recompute_method", "uniform"),
        new("recompute_num_layers", "1"),
    ];

    /// <summary>The layout for a mode.</summary>
    /// <exception cref="UnsupportedModelException">No number of GPUs holds the model.</exception>
    public static DerivedLayout Of(ModelProvider model, RecipeMode mode, int length)
    {
        ModelDescription description = new(model.Schema.Name, model);
        ModelTable table = ModelTable.Outline(description.LaidOut(ParallelSizes.One));
        double experts = table.Parameters.Where(parameter => parameter.Expert is not null).Sum(Count);
        double dense = table.Parameters.Where(parameter => parameter.Expert is null).Sum(Count);
        Dictionary<(int, int), ModelOutline> outlines = [];
        foreach (bool isTight in (bool[])[false, true])
        {
            for (int gpus = 1; gpus <= MostGpus; gpus *= 2)
            {
                foreach (ParallelSizes sizes in Candidates(model, gpus, isTight))
                {
                    DerivedLayout layout = new(
                        sizes,
                        [.. LayoutSearch.UnevenPipeline(model, sizes), .. isTight ? Recompute : []]
                    );
                    if (
                        Least(sizes, mode, dense, experts) <= GpuMemory
                        && layout.Fits(description, mode, length, outlines)
                    )
                    {
                        return layout;
                    }
                }
            }
        }

        throw new UnsupportedModelException($"{model.Schema.Name}: no {MostGpus} GPUs hold the model.");

        static double Count(ModelParameter parameter) =>
            (double)parameter.Shape.ElementCount * (parameter.Expert is null ? 1 : parameter.Axes[^1].Count);
    }

    /// <summary>The model's fields for it, in the notation of the tables.</summary>
    public string Settings(ModelProvider model)
    {
        List<KeyValuePair<string, string>> fields =
        [
            new("tensor_model_parallel_size", $"{Sizes.Tp}"),
            new("pipeline_model_parallel_size", $"{Sizes.Pp}"),
            new("sequence_parallel", Sizes.Tp > 1 ? "true" : "false"),
            .. Fields,
        ];
        if (Sizes.Pp > 1)
        {
            fields.Add(new("pipeline_dtype", "bfloat16"));
        }

        if (model.NumMoeExperts is not null)
        {
            fields.Add(new("expert_model_parallel_size", $"{Sizes.Ep}"));
            fields.Add(new("expert_tensor_parallel_size", "1"));
        }

        return string.Join(' ', fields.Select(field => $"{field.Key}={field.Value}"));
    }

    // Without activations, which need the model's table for the layout.
    private static double Least(ParallelSizes sizes, RecipeMode mode, double dense, double experts)
    {
        double own = (dense / sizes.Tp) + (experts / sizes.Ep);
        double state = experts > 0 ? 0 : StateBytes / ((double)sizes.StageSize / sizes.Tp);
        return own / sizes.Pp * (FrozenBytes + (mode == RecipeMode.Peft ? 0 : GradientBytes + state));
    }

    private static IEnumerable<ParallelSizes> Candidates(ModelProvider model, int gpus, bool isTight)
    {
        int experts = model.NumMoeExperts ?? 0;
        for (int pp = 1; pp <= Math.Min(gpus, model.NumLayers); pp *= 2)
        {
            int ranks = gpus / pp;
            foreach (int tp in TensorSizes(ranks, experts > 0, isTight))
            {
                bool divides =
                    model.NumAttentionHeads % tp == 0 && (model.MultiLatentAttention || model.NumQueryGroups % tp == 0);
                if (divides && (experts == 0 || experts % ranks == 0))
                {
                    yield return new()
                    {
                        Tp = tp,
                        Pp = pp,
                        Ep = experts > 0 ? ranks : 1,
                        Dp = ranks / tp,
                    };
                }
            }
        }
    }

    // With experts all sizes within a machine, the smallest first; without them as many as there are ranks, then fewer with copies.
    private static IEnumerable<int> TensorSizes(int ranks, bool hasExperts, bool isTight)
    {
        int most = Math.Min(ranks, GpusPerNode);
        IEnumerable<int> all = TensorParallel.Where(size => size <= most);
        return hasExperts ? all
            : isTight ? all.Reverse()
            : ranks <= GpusPerNode ? [ranks]
            : [];
    }

    private bool Fits(
        ModelDescription model,
        RecipeMode mode,
        int length,
        Dictionary<(int, int), ModelOutline> outlines
    )
    {
        try
        {
            ModelProvider provider = model.LaidOut(Sizes, [new("seq_length", $"{length}"), .. Fields]);
            (int, int) key = (Sizes.Pp, provider.PaddedVocabSize);
            if (!outlines.TryGetValue(key, out ModelOutline? outline))
            {
                outline = ModelOutline.Of(provider);
                outlines.Add(key, outline);
            }

            MemoryEstimate estimate = MemoryEstimator.Estimate(
                provider,
                Sizes,
                new() { SequenceLength = length },
                outline
            );
            return estimate.Stages.All(stage =>
                (mode == RecipeMode.Peft ? stage.Weights + stage.Activations + stage.Transient : stage.Total)
                <= GpuMemory
            );
        }
        catch (Exception e) when (e is LayoutException or InvalidConfigException)
        {
            return false;
        }
    }
}
