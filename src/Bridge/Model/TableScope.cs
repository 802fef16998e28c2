using MegatronBridge.Config;
using MegatronBridge.Initialization;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Model;

/// <summary>Where in a model table the next rows go: name prefix, checkpoint prefix, stage, and place among stacked layers and experts.</summary>
internal sealed record TableScope(ModelTable Table)
{
    /// <summary>What the names in the model begin with: <c>decoder.layers.3.</c></summary>
    public string NamePrefix { get; init; } = "";

    /// <summary>What the keys of the checkpoint begin with: <c>decoder.layers.</c></summary>
    public string KeyPrefix { get; init; } = "";

    /// <summary>The dimensions that the checkpoint puts in front.</summary>
    public IReadOnlyList<StackAxis> Axes { get; init; } = [];

    /// <summary>The pipeline rank that owns the rows.</summary>
    public int Stage { get; init; }

    /// <summary>The virtual stage on that rank.</summary>
    public int VirtualStage { get; init; }

    /// <summary>The layer of the decoder that the rows belong to, or null.</summary>
    public int? Layer { get; init; }

    /// <summary>The expert that the rows belong to, or null.</summary>
    public int? Expert { get; init; }

    /// <summary>The config that the layer is built from, where that is not the model's; else null.</summary>
    public ModelProvider? LayerProvider { get; init; }

    /// <summary>True when the modules are Megatron-Core's own: linear layers then have None as extra state, and norms have none.</summary>
    public bool IsLocal { get; init; }

    /// <summary>The type in which Megatron keeps the parameters whatever the source has; null when that is the model's.</summary>
    public DType? DType { get; init; }

    /// <summary>True when what is added is not trained by a gradient.</summary>
    public bool IsBuffer { get; init; }

    /// <summary>What parameters begin with before training, where their names do not tell; else null.</summary>
    public InitialValues? Initial { get; init; }

    /// <summary>The scope at a place of the pipeline.</summary>
    public TableScope On((int Pp, int Vp) stage) => this with { Stage = stage.Pp, VirtualStage = stage.Vp };

    /// <summary>Adds a parameter; <paramref name="dtype"/> is set when it does not follow the model's.</summary>
    public void Parameter(string name, Shape shape, Cut cut, DType? dtype = null) =>
        Table.Add(
            new ModelParameter
            {
                // Grouped experts number the parameter, not the module: linear_fc1.weight7.
                Name = NamePrefix + name + Expert,
                Key = KeyPrefix + name,
                Shape = shape,
                DType = dtype ?? DType,
                LayerProvider = LayerProvider,
                Initial = Initial,
                Cut = cut,
                IsBuffer = IsBuffer,
                Axes = Axes,
                Stage = Stage,
                VirtualStage = VirtualStage,
                Layer = Layer,
                Expert = Expert,
            }
        );

    /// <summary>Adds what is saved like a parameter but not trained by a gradient; every rank has all of it.</summary>
    public void Buffer(string name, Shape shape, DType? dtype = null) =>
        (this with { IsBuffer = true }).Parameter(name, shape, Cut.Replicated, dtype);

    /// <summary>Adds a linear layer: weight, bias and extra state. Ranks that share columns have all of the bias.</summary>
    public void Linear(string name, Shape weight, Cut cut, bool hasBias = false)
    {
        Parameter($"{name}.weight", weight, cut);
        if (hasBias)
        {
            Parameter($"{name}.bias", [weight[0]], cut.Axis == 0 ? cut : Cut.Replicated);
        }

        Module(name);
    }

    /// <summary>Adds a linear layer of torch itself, <c>weight [to, from]</c> and a bias: it is not cut and has no extra state.</summary>
    public void Plain(string name, long from, long to)
    {
        TableScope own = this with { Initial = InitialValues.OfTorchLayer(from) };
        own.Parameter($"{name}.weight", [to, from], Cut.Replicated);
        own.Parameter($"{name}.bias", [to], Cut.Replicated);
    }

    /// <summary>The scope of a module in this one that is not stacked.</summary>
    public TableScope Inside(string prefix) =>
        this with
        {
            NamePrefix = NamePrefix + prefix,
            KeyPrefix = KeyPrefix + prefix,
        };

    /// <summary>
    /// The scope of one of <paramref name="count"/> equal modules, which share a tensor in the checkpoint: they are numbered in the
    /// names and stacked behind the keys.
    /// </summary>
    public TableScope Stacked(string prefix, int index, int count) =>
        this with
        {
            NamePrefix = $"{NamePrefix}{prefix}{index}.",
            KeyPrefix = KeyPrefix + prefix,
            Axes = [.. Axes, new(index, count)],
        };

    /// <summary>Adds the extra state of a module: an empty one, or none at all where the module is not of Transformer Engine.</summary>
    public void Module(string name, bool isNone = false) =>
        Table.Add(
            new ModelObject
            {
                Name = $"{NamePrefix}{name}._extra_state",
                Key = $"{KeyPrefix}{name}._extra_state",
                IsNone = isNone || IsLocal,
                Axes = Axes,
                Stage = Stage,
                VirtualStage = VirtualStage,
                Layer = Layer,
                Expert = Expert,
            }
        );
}
