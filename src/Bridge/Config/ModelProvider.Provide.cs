using MegatronBridge.Layout;
using MegatronBridge.Ranks;

namespace MegatronBridge.Config;

// How a model is built of a provider.
public abstract partial class ModelProvider
{
    private ModelHooks _preWrapHooks = new();
    private ModelHooks _postWrapHooks = new();

    /// <summary>This rank's place, or null before <see cref="InitializeModelParallel"/>. Ranks that are threads need a provider each.</summary>
    public ParallelState? Parallel { get; private set; }

    /// <summary>What initial weights are drawn from, or null before <see cref="InitializeModelParallel"/>.</summary>
    public int? Seed { get; private set; }

    /// <summary>All registered pre-wrap hooks as one, or null when there are none.</summary>
    public ModelHook? PreWrapHook => _preWrapHooks.Composed;

    /// <summary>All registered post-wrap hooks as one, or null when there are none.</summary>
    public ModelHook? PostWrapHook => _postWrapHooks.Composed;

    /// <summary>The model without contents, to be looked at: names, shapes and types on this rank. Leaves the provider as it is.</summary>
    /// <exception cref="InvalidConfigException">Fields contradict each other; all faults are told.</exception>
    public IReadOnlyList<MegatronModel> MetaModel =>
        Clone().ProvideDistributedModel(new() { WrapWithDdp = false, InitModelWithMetaDevice = true });

    /// <summary>Adds a hook that runs before the model is wrapped, behind those there are or in front of them.</summary>
    public void RegisterPreWrapHook(ModelHook hook, bool prepend = false) => _preWrapHooks.Register(hook, prepend);

    /// <summary>Adds a hook that runs after the model is wrapped, behind those there are or in front of them.</summary>
    public void RegisterPostWrapHook(ModelHook hook, bool prepend = false) => _postWrapHooks.Register(hook, prepend);

    /// <summary>Takes this rank's place in the layout that the provider's parallel sizes make of a world, and the seed of its weights.</summary>
    /// <param name="world">The ranks; one alone when nothing is said.</param>
    /// <param name="seed">What initial weights are drawn from; as it was when nothing is said.</param>
    /// <exception cref="LayoutException">The world does not divide into such groups.</exception>
    public ParallelState InitializeModelParallel(RankWorld? world = null, int? seed = null)
    {
        Parallel = new(world ?? RankWorld.One, ParallelSizes.Of(this));
        Seed = seed ?? Seed;
        return Parallel;
    }

    /// <summary>
    /// Builds what this rank has of one virtual stage, with initial weights; zero without <c>perform_initialization</c>, and without
    /// contents where <c>init_model_with_meta_device</c> says so. Neither hooks nor wrapping. The provider is completed first.
    /// </summary>
    /// <param name="preProcess">True for a part that embeds tokens; null for what the rank's place says.</param>
    /// <param name="postProcess">True for a part that makes logits; null for what the rank's place says.</param>
    /// <param name="vpStage">The virtual stage.</param>
    /// <exception cref="InvalidConfigException">Fields contradict each other; all faults are told.</exception>
    /// <exception cref="LayoutException">The model does not divide over the ranks, or there is no such virtual stage.</exception>
    public MegatronModel Provide(bool? preProcess = null, bool? postProcess = null, int? vpStage = null)
    {
        Complete();
        ParallelState parallel = Parallel ?? InitializeModelParallel();
        int stage = vpStage ?? 0;
        if (stage < 0 || stage >= parallel.Sizes.Vp)
        {
            throw new LayoutException(
                $"There is no virtual stage {stage}: virtual_pipeline_model_parallel_size is {parallel.Sizes.Vp}."
            );
        }

        bool isMeta = this["init_model_with_meta_device"] == true;
        MegatronModel model = MegatronModel.BuildStage(this, parallel, stage, preProcess, postProcess, isMeta);
        if (!isMeta && PerformInitialization)
        {
            ModelFactory.Initialize([model]);
        }

        return model;
    }

    /// <summary>
    /// Builds what this rank has of the model, a part for each virtual stage, with initial weights, gradient buffers and hooks as
    /// <paramref name="options"/> say. The provider is completed first, and takes over the options' precision.
    /// </summary>
    /// <exception cref="InvalidConfigException">Options or fields contradict each other; all faults are told.</exception>
    /// <exception cref="LayoutException">The model does not divide over the ranks.</exception>
    public IReadOnlyList<MegatronModel> ProvideDistributedModel(GetModelOptions? options = null)
    {
        options ??= GetModelOptions.Default;
        IReadOnlyList<MegatronModel> models = ModelFactory.GetModel(
            this,
            options with
            {
                PreWrapHook = options.PreWrapHook ?? PreWrapHook,
            }
        );
        return (options.PostWrapHook ?? PostWrapHook)?.Invoke(models) ?? models;
    }
}
