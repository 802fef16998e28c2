using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Quantization;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge;

/// <summary>
/// The Hugging Face tensors of a model that lies on several ranks, one after the other: only the parameters of one tensor are in memory at
/// once, on the ranks that get it.
/// </summary>
internal sealed class HfWeightStream
{
    private readonly HeldParameters _held;
    private readonly HfModelSource? _source;
    private readonly Dictionary<string, List<string>> _parameters = new(StringComparer.Ordinal); // of each tensor

    /// <summary>Plans the export.</summary>
    /// <exception cref="MappingException">The model does not fit the family, or the original if it must.</exception>
    public HfWeightStream(
        IReadOnlyList<MegatronModel> models,
        Family family,
        HfConfig config,
        HfModelSource? source,
        DType? dtype,
        bool strict
    )
    {
        _held = new(models);
        _source = source is { HasWeights: true } ? source : null;
        ModelProvider provider = models[0].Provider;
        Config = family.ToHf(provider, config, _source?.Weights.Names);
        if (_source is null)
        {
            FamilyRecognition.RequireSame(family, Config, provider);
        }

        Plan = ExportPlan.Create(_held, family, provider, _source?.Weights, dtype, strict);
        foreach (Binding binding in Plan.Bindings)
        {
            foreach (string name in binding.HfNames)
            {
                Of(name).Add(binding.Parameter.Name);
            }
        }

        foreach (IgnoredEntry copy in Plan.TakenOver)
        {
            _parameters[copy.Name] = copy.EqualTo is null ? [] : Of(copy.EqualTo);
        }
    }

    /// <summary>What is made of what.</summary>
    public ExportPlan Plan { get; }

    /// <summary>The config.json of the model.</summary>
    public HfConfig Config { get; }

    /// <summary>The tensors of the original, or null.</summary>
    public DequantizedSource? Original => _source?.Weights;

    /// <summary>The folder of the original, or null.</summary>
    public HfFolder? OriginalFolder => _source?.Folder;

    /// <summary>The most bytes of other ranks that were ever in memory at once.</summary>
    public long PeakBytes => _held.PeakBytes;

    /// <summary>The parameters that a tensor is made of.</summary>
    public IReadOnlyList<string> ParametersOf(string name) => _parameters[name];

    /// <summary>The names in an order.</summary>
    public IReadOnlyList<string> Names(ExportOrder order) =>
        order == ExportOrder.Layer
            ? Plan.Names
            : [.. Output(ShardPlan.HuggingFaceHubLimit).Files.SelectMany(file => file.Names)];

    /// <summary>The files that the original has, or files of a given size.</summary>
    public HfOutput Output(long maxShardBytes) =>
        HfOutput.Of(
            new OrderedDictionary<string, TensorView>(
                Plan.Names.Select(name => KeyValuePair.Create(name, Plan.Tensors[name]))
            ),
            Plan.Family,
            OriginalFolder,
            Original,
            maxShardBytes
        );

    /// <summary>Brings a tensor into memory, in the stead of the one before; all ranks must ask for the same.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="root">The rank that gets it; null for all.</param>
    public void Hold(string name, int? root) => _held.Hold(_parameters[name], root);

    private List<string> Of(string name)
    {
        if (!_parameters.TryGetValue(name, out List<string>? parameters))
        {
            _parameters.Add(name, parameters = []);
        }

        return parameters;
    }
}
