using MegatronBridge.Config;
using MegatronBridge.Layout;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>
/// A model that every data-parallel rank has a copy of. Its gradients lie in a buffer for each type, in buckets that are reduced one by one;
/// with a distributed optimizer its parameters do, too, and each rank gets a share of the reduced gradients.
/// </summary>
public sealed class DistributedDataParallel : DataParallelModel
{
    private readonly Dictionary<ModelTensor, GradientBucket> _bucketOf = [];

    private DistributedDataParallel(MegatronModel model, DistributedDataParallelConfig config, long? bucketSize)
        : base(model, config)
    {
        Buffers =
        [
            .. Parameters
                .GroupBy(tensor => (tensor.DType, IsExpert: model.IsSharedExpert(tensor)))
                .OrderBy(group => group.Key.IsExpert) // stable
                .Select(group => new GradientBuffer(
                    [.. group.Select(tensor => (tensor, IsSharedEmbedding(tensor)))],
                    bucketSize,
                    Reduction(group.Key.IsExpert),
                    config
                )),
        ];
        foreach (GradientBucket bucket in Buckets)
        {
            foreach (ModelTensor tensor in bucket.Parameters)
            {
                _bucketOf.Add(tensor, bucket);
            }
        }
    }

    /// <summary>Where gradients are: a buffer for each type of parameters, those of experts that ranks share out last.</summary>
    public IReadOnlyList<GradientBuffer> Buffers { get; }

    /// <summary>The buckets of all buffers.</summary>
    public IEnumerable<GradientBucket> Buckets => Buffers.SelectMany(buffer => buffer.Buckets);

    /// <summary>Wraps the parts of a model that this rank has.</summary>
    /// <param name="models">The parts, one for each virtual stage. They have contents.</param>
    /// <param name="config">How gradients are shared.</param>
    /// <param name="disableBucketing">True to have one bucket for all parameters of one type, as stages but the first have.</param>
    /// <exception cref="InvalidConfigException">The config contradicts itself or the model; all faults are told.</exception>
    /// <exception cref="LayoutException">The data-parallel ranks do not divide over the instances of the optimizer.</exception>
    public static IReadOnlyList<DistributedDataParallel> Wrap(
        IReadOnlyList<MegatronModel> models,
        DistributedDataParallelConfig config,
        bool disableBucketing = false
    )
    {
        ParallelState parallel = models[0].Parallel;
        DistributedDataParallelConfig complete = config.Complete();
        Require(models[0].Provider, parallel, complete);
        complete = complete with { BucketSize = BucketSize(models, complete) };
        return
        [
            .. models.Select(
                (model, chunk) =>
                    new DistributedDataParallel(
                        model,
                        complete,
                        disableBucketing || chunk > 0 || !parallel.IsFirstStage ? null : complete.BucketSize
                    )
            ),
        ];
    }

    /// <inheritdoc/>
    public override Gradient GradientOf(ModelTensor parameter) => BucketOf(parameter).Buffer.GradientOf(parameter);

    /// <inheritdoc/>
    /// <remarks>With <c>overlap_grad_reduce</c>, the last addition to a bucket has it reduced, from the second step on.</remarks>
    /// <exception cref="InvalidOperationException">It was reduced already, and that was not ended.</exception>
    public override void AddGradient(ModelTensor parameter, TensorView gradient)
    {
        GradientBucket bucket = BucketOf(parameter);
        if (bucket.IsReducing)
        {
            throw new InvalidOperationException(
                $"Bucket {bucket.Index} is reduced already, so nothing can be added to {parameter.Name} before the next step."
            );
        }

        bucket.Buffer.GradientOf(parameter).Add(gradient);
        if (Config.OverlapGradReduce && IsLastMicrobatch && bucket.Add(parameter))
        {
            bucket.Reduce();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">A reduction was not ended.</exception>
    public override void StartGradientSync() =>
        ForEachBucket(bucket =>
        {
            if (!Config.OverlapGradReduce || !bucket.IsReducing)
            {
                bucket.Reduce();
            }
        });

    /// <inheritdoc/>
    public override void FinishGradientSync(bool forceAllReduce = false) =>
        ForEachBucket(bucket => bucket.Finish(forceAllReduce));

    /// <inheritdoc/>
    public override void ZeroGradients()
    {
        ForEachBucket(bucket => bucket.Reset());
        foreach (GradientBuffer buffer in Buffers)
        {
            buffer.Clear();
        }
    }

    /// <inheritdoc/>
    public override void ScaleGradients(float factor)
    {
        foreach (GradientBuffer buffer in Buffers)
        {
            buffer.Multiply(factor);
        }
    }

    /// <summary>
    /// Gathers the parameters, after each rank of a distributed optimizer has changed its share of them. With
    /// <c>overlap_param_gather</c>, each bucket is gathered when <see cref="FinishParameterSync"/> asks for one of its parameters.
    /// </summary>
    /// <param name="forceSync">True to gather all at once in any case.</param>
    /// <exception cref="InvalidOperationException">There is no distributed optimizer.</exception>
    public void StartParameterSync(bool forceSync = false)
    {
        if (!Config.UseDistributedOptimizer)
        {
            throw new InvalidOperationException(
                "Ranks change all parameters; only those of a distributed optimizer gather."
            );
        }

        ForEachBucket(bucket => bucket.AwaitsGather = true);
        if (forceSync || !Config.OverlapParamGather)
        {
            ForEachBucket(bucket => bucket.Gather());
        }
    }

    /// <summary>Gathers what <paramref name="parameter"/> needs before it is read, if that is due.</summary>
    public void FinishParameterSync(ModelTensor parameter) => BucketOf(parameter).Gather();

    /// <inheritdoc/>
    internal override void FreeBuffers()
    {
        foreach (GradientBuffer buffer in Buffers)
        {
            buffer.Dispose();
        }
    }

    private static void Require(ModelProvider provider, ParallelState parallel, DistributedDataParallelConfig config)
    {
        if (config.AverageInCollective && SumsTokens(provider))
        {
            throw new InvalidConfigException(
                "average_in_collective is true, but with calculate_per_token_loss gradients are not averaged."
            );
        }

        int instances = config.NumDistributedOptimizerInstances;
        List<string> faults = [];
        foreach (ProcessGroup group in (ProcessGroup[])[parallel.DataAndContext, parallel.ExpertData])
        {
            if (group.Size % instances != 0)
            {
                faults.Add(
                    $"num_distributed_optimizer_instances is {instances}, which does not divide the {group.Size} data-parallel ranks of "
                        + $"{(group == parallel.ExpertData ? "experts" : "dense layers")}."
                );
            }
        }

        LayoutException.ThrowIfAny(faults);
    }

    /// <summary>Elements after which a bucket is full; null when there is but one.</summary>
    private static int? BucketSize(IReadOnlyList<MegatronModel> models, DistributedDataParallelConfig config)
    {
        if (!config.OverlapGradReduce)
        {
            return null;
        }

        const int Default = 40_000_000;
        const int DefaultOfRank = 1_000_000;
        int standard = Math.Max(Default, DefaultOfRank * models[0].Parallel.DataAndContext.Size);
        return config.NumBuckets is int buckets
            ? (int)Math.Min(int.MaxValue, models.Sum(model => model.ParameterCount) / buckets)
            : config.BucketSize ?? standard;
    }

    // The loss is then divided by the number of tokens, after all gradients were added.
    private static bool SumsTokens(ModelProvider provider) =>
        provider.Has("calculate_per_token_loss") && provider["calculate_per_token_loss"] == true;

    private GradientReduction Reduction(bool isExpert)
    {
        ProcessGroup all = Model.Replicas(isExpert);
        float ranks = Model.Parallel.DataAndContext.Size;
        float scale =
            SumsTokens(Model.Provider) ? 1
            : Config.AverageInCollective ? all.Size / ranks
            : 1 / ranks;
        return GradientReduction.Of(
            Model.Parallel,
            all,
            Config.NumDistributedOptimizerInstances,
            scale,
            Config.AverageInCollective ? ReduceOperation.Mean : ReduceOperation.Sum
        );
    }

    /// <summary>True for an embedding that other stages have a copy of, and for the copy: their gradients are added up behind all others.</summary>
    private bool IsSharedEmbedding(ModelTensor tensor) =>
        Model.Parallel.Sizes.Pp > 1
        && (Model.Provider.ShareEmbeddingsAndOutputWeights || Model.Provider.MtpNumLayers > 0)
        && (
            tensor.Place.IsCopy
            || (Model.PreProcess && !Model.PostProcess && RankTable.IsEmbedding(tensor.Place.Parameter))
        );

    private GradientBucket BucketOf(ModelTensor parameter) =>
        _bucketOf.GetValueOrDefault(parameter) ?? throw NotTrained(parameter);

    private void ForEachBucket(Action<GradientBucket> action)
    {
        foreach (GradientBucket bucket in Buckets)
        {
            action(bucket);
        }
    }
}
