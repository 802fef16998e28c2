using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>
/// A model, or a virtual stage of one, with gradients that the data-parallel ranks share. All of these ranks must call the same in the same
/// order.
/// </summary>
public abstract class DataParallelModel : IDisposable
{
    private int _withoutSync; // scopes that are open

    private protected DataParallelModel(MegatronModel model, DistributedDataParallelConfig config)
    {
        Model = model.DataParallel is null
            ? model
            : throw new InvalidOperationException("The model has gradients already; it can be wrapped once.");
        Config = config;
        model.DataParallel = this;
    }

    /// <summary>The model.</summary>
    public MegatronModel Model { get; }

    /// <summary>The config, completed.</summary>
    public DistributedDataParallelConfig Config { get; }

    /// <summary>Parameters that have gradients, in the order of the model.</summary>
    public IEnumerable<ModelTensor> Parameters => Model.Tensors.Where(tensor => !tensor.Place.Parameter.IsBuffer);

    /// <summary>True unless the step has more micro-batches to come (<see cref="NoSync"/>).</summary>
    protected bool IsLastMicrobatch => _withoutSync == 0;

    /// <summary>Wraps the parts of a model that this rank has.</summary>
    /// <param name="models">The parts, one for each virtual stage. They have contents.</param>
    /// <param name="config">How gradients are shared.</param>
    /// <param name="useTorchFsdp2">True for models of which each rank has a part (<see cref="TorchFullyShardedDataParallel"/>).</param>
    /// <param name="dataParallelRandomInit">True to make the parameters those of the first data-parallel rank.</param>
    /// <param name="overlapParamGatherWithOptimizerStep">True to have one bucket for all parameters of one type.</param>
    /// <exception cref="InvalidConfigException">The config contradicts itself or the model; all faults are told.</exception>
    /// <exception cref="Layout.LayoutException">The data-parallel ranks do not divide over the instances of the optimizer.</exception>
    public static IReadOnlyList<DataParallelModel> Wrap(
        IReadOnlyList<MegatronModel> models,
        DistributedDataParallelConfig config,
        bool useTorchFsdp2 = false,
        bool dataParallelRandomInit = false,
        bool overlapParamGatherWithOptimizerStep = false
    )
    {
        if (models.SelectMany(model => model.Tensors).FirstOrDefault(tensor => tensor.IsMeta) is { } empty)
        {
            throw new InvalidConfigException(
                $"{empty.Name} has no contents, so it can have no gradient; set InitModelWithMetaDevice or WrapWithDdp to false."
            );
        }

        if (dataParallelRandomInit)
        {
            foreach (MegatronModel model in models)
            {
                model.BroadcastParameters();
            }
        }

        return useTorchFsdp2
            ? TorchFullyShardedDataParallel.Wrap(models, config)
            : DistributedDataParallel.Wrap(models, config, overlapParamGatherWithOptimizerStep);
    }

    /// <summary>The gradient of a parameter of the model.</summary>
    /// <exception cref="ArgumentException">It has none: it is not trained, or belongs to another model.</exception>
    public abstract Gradient GradientOf(ModelTensor parameter);

    /// <summary>Adds to the gradient of a parameter, in the gradient's type.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gradient">What a backward pass has computed, in the shape of the parameter on this rank.</param>
    /// <exception cref="ArgumentException">The gradient has another shape, or no floating-point numbers.</exception>
    public abstract void AddGradient(ModelTensor parameter, TensorView gradient);

    /// <summary>Begins to reduce the gradients over the data-parallel ranks.</summary>
    /// <exception cref="ArithmeticException">A gradient is NaN or infinite, and the config says to look.</exception>
    public abstract void StartGradientSync();

    /// <summary>
    /// Ends the reduction, which begins here if it has not: this rank has then the mean over the data-parallel ranks, of all gradients or of
    /// its share. An expert's gradient is the sum over the ranks that have the expert, divided by the number of data-parallel ranks: those
    /// have sent it their tokens.
    /// </summary>
    /// <param name="forceAllReduce">True to give all of the gradients to every rank, whatever the config says.</param>
    /// <exception cref="ArithmeticException">A gradient is NaN or infinite, and the config says to look.</exception>
    public abstract void FinishGradientSync(bool forceAllReduce = false);

    /// <summary>Makes all gradients 0: the begin of a step.</summary>
    public abstract void ZeroGradients();

    /// <summary>Multiplies all gradients.</summary>
    public abstract void ScaleGradients(float factor);

    /// <summary>A scope in which gradients are added up and not reduced: for all micro-batches of a step but the last.</summary>
    public IDisposable NoSync()
    {
        _withoutSync++;
        return new SyncScope(this);
    }

    /// <summary>Frees gradients and parameters.</summary>
    public void Dispose()
    {
        Model.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the model does not free itself.</summary>
    internal abstract void FreeBuffers();

    /// <summary>The exception for a parameter without gradient.</summary>
    protected static ArgumentException NotTrained(ModelTensor parameter) =>
        new(
            $"{parameter.Name} has no gradient here: it is not trained, or belongs to another model.",
            nameof(parameter)
        );

    private sealed class SyncScope(DataParallelModel model) : IDisposable
    {
        private bool _isOver;

        public void Dispose()
        {
            model._withoutSync -= _isOver ? 0 : 1;
            _isOver = true;
        }
    }
}
