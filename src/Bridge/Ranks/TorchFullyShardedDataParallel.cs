using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>
/// A model of which each data-parallel rank has a part of every parameter, some of its rows, as with torch's FSDP2. Parameters are whole in the
/// scope of <see cref="Gather(ShardedUnit)"/>; gradients are reduced as soon as they are added, and each rank keeps those of its rows.
/// </summary>
public sealed class TorchFullyShardedDataParallel : DataParallelModel
{
    private readonly Dictionary<ModelTensor, Gradient> _gradients = []; // of the rank's rows
    private readonly Dictionary<ModelTensor, TensorStorage> _unreduced = []; // of whole parameters

    private TorchFullyShardedDataParallel(MegatronModel model, DistributedDataParallelConfig config)
        : base(model, config)
    {
        Units = ShardedUnit.Of(Parameters);
        foreach (ModelTensor tensor in Parameters)
        {
            ParameterShard shard = tensor.ShareOut(model.Parallel.DataAndContext);
            _gradients.Add(tensor, new(tensor, new(GradientType(tensor), shard.Shape)));
        }
    }

    /// <summary>What is gathered together: the embedding, each layer, the output layer, and the rest.</summary>
    public IReadOnlyList<ShardedUnit> Units { get; }

    /// <summary>Wraps the parts of a model that this rank has, and frees what other ranks keep.</summary>
    /// <param name="models">The parts. They have contents.</param>
    /// <param name="config">How gradients are shared: of it, only their type matters here.</param>
    /// <exception cref="InvalidConfigException">The model or the config cannot be had with FSDP2, as with upstream; all faults are told.</exception>
    public static IReadOnlyList<TorchFullyShardedDataParallel> Wrap(
        IReadOnlyList<MegatronModel> models,
        DistributedDataParallelConfig config
    )
    {
        DistributedDataParallelConfig complete = config.Complete();
        Require(models[0], complete);
        return [.. models.Select(model => new TorchFullyShardedDataParallel(model, complete))];
    }

    /// <summary>
    /// A scope in which all data-parallel ranks, which all call this, have the whole parameters of a unit. What is changed in it is not kept;
    /// change <see cref="ModelTensor.Shard"/>.
    /// </summary>
    public IDisposable Gather(ShardedUnit unit) => new GatherScope(unit.Parameters);

    /// <summary>The same for all parameters.</summary>
    public IDisposable Gather() => new GatherScope(Parameters);

    /// <inheritdoc/>
    public override Gradient GradientOf(ModelTensor parameter) =>
        _gradients.GetValueOrDefault(parameter) ?? throw NotTrained(parameter);

    /// <inheritdoc/>
    /// <remarks>Without <see cref="DataParallelModel.NoSync"/>, it is reduced at once.</remarks>
    public override void AddGradient(ModelTensor parameter, TensorView gradient)
    {
        Gradient own = GradientOf(parameter);
        if (!_unreduced.TryGetValue(parameter, out TensorStorage? sum))
        {
            _unreduced.Add(parameter, sum = new(own.DType, parameter.Shape));
        }

        new Gradient(parameter, sum).Add(gradient);
        if (IsLastMicrobatch)
        {
            Reduce(parameter);
        }
    }

    /// <inheritdoc/>
    public override void StartGradientSync()
    {
        foreach (ModelTensor tensor in Parameters.Where(_unreduced.ContainsKey))
        {
            Reduce(tensor);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Each rank has the mean of its rows, whatever <paramref name="forceAllReduce"/> says.</remarks>
    public override void FinishGradientSync(bool forceAllReduce = false) => StartGradientSync();

    /// <inheritdoc/>
    public override void ZeroGradients()
    {
        Free(_unreduced);
        foreach (Gradient gradient in _gradients.Values)
        {
            Elementwise.Clear(gradient.Storage);
        }
    }

    /// <inheritdoc/>
    public override void ScaleGradients(float factor)
    {
        foreach (
            TensorStorage gradient in _gradients.Values.Select(gradient => gradient.Storage).Concat(_unreduced.Values)
        )
        {
            Elementwise.Scale(gradient, 0, gradient.Shape.ElementCount, factor);
        }
    }

    /// <inheritdoc/>
    internal override void FreeBuffers()
    {
        Free(_unreduced);
        foreach (Gradient gradient in _gradients.Values)
        {
            gradient.Storage.Dispose();
        }
    }

    private static void Require(MegatronModel model, DistributedDataParallelConfig config)
    {
        ModelProvider provider = model.Provider;
        (int pp, int ep) = (model.Parallel.Sizes.Pp, model.Parallel.Sizes.Ep);
        (bool IsWrong, string Fault)[] rules =
        [
            (pp > 1, $"pipeline_model_parallel_size is {pp}, and must be 1."),
            (ep > 1, $"expert_model_parallel_size is {ep}, and must be 1."),
            (config.UseDistributedOptimizer, "use_distributed_optimizer must be false."),
            (provider.ShareEmbeddingsAndOutputWeights, "share_embeddings_and_output_weights must be false."),
            (provider.ParamsDtype == DType.F16, "params_dtype must not be float16."),
        ];
        string[] faults = [.. rules.Where(rule => rule.IsWrong).Select(rule => $"With use_torch_fsdp2, {rule.Fault}")];
        if (faults.Length > 0)
        {
            throw new InvalidConfigException(faults);
        }
    }

    private DType GradientType(ModelTensor tensor) => Config.GradReduceInFp32 ? DType.F32 : tensor.DType;

    private void Reduce(ModelTensor tensor)
    {
        using TensorStorage sum = _unreduced[tensor];
        _unreduced.Remove(tensor);
        tensor.Shard!.ReduceInto(_gradients[tensor].Storage, sum);
    }

    private static void Free(Dictionary<ModelTensor, TensorStorage> tensors)
    {
        foreach (TensorStorage tensor in tensors.Values)
        {
            tensor.Dispose();
        }

        tensors.Clear();
    }
}
