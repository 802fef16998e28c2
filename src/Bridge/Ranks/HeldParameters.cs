using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Model;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>
/// The whole parameters of a model that lies on several ranks, of which those are in memory that <see cref="Hold"/> has gathered. Reading is
/// then this rank's own affair; all others have a shape only.
/// </summary>
internal sealed class HeldParameters : IParameterSource
{
    private readonly ModelProvider _provider;
    private readonly Dictionary<string, ModelParameter> _parameters;
    private readonly ParameterGather _gather;
    private readonly Dictionary<string, (TensorView? View, long Bytes)> _held = new(StringComparer.Ordinal);
    private int? _root;

    public HeldParameters(IReadOnlyList<MegatronModel> models)
    {
        _provider = models[0].Provider;
        _parameters = models[0].Table.Parameters.ToDictionary(parameter => parameter.Name, StringComparer.Ordinal);
        _gather = new(models);
    }

    /// <inheritdoc/>
    public IEnumerable<string> Unused => [];

    /// <summary>The most bytes of other ranks that were ever in memory at once.</summary>
    public long PeakBytes { get; private set; }

    /// <inheritdoc/>
    public TensorView? Find(ModelParameter parameter) =>
        _parameters.ContainsKey(parameter.Name)
            ? new Held(this, parameter, MegatronModel.TypeOf(parameter, _provider))
            : null;

    /// <summary>Lets go of what is held, and gathers these instead, on one rank or on all; all ranks must ask for the same.</summary>
    public void Hold(IReadOnlyCollection<string> names, int? root)
    {
        foreach (string name in _held.Keys.Where(name => root != _root || !names.Contains(name)).ToList())
        {
            _held.Remove(name);
        }

        _root = root;
        foreach (string name in names.Where(name => !_held.ContainsKey(name)))
        {
            TensorView? view = _gather.Whole(_parameters[name], root, out long bytes);
            _held.Add(name, (view, bytes));
            PeakBytes = Math.Max(PeakBytes, _held.Values.Sum(held => held.Bytes));
        }
    }

    /// <summary>A parameter that can be read while it is held.</summary>
    private sealed class Held(HeldParameters source, ModelParameter parameter, DType dtype)
        : TensorView(dtype, parameter.Shape)
    {
        protected override void ReadCore(long offset, Span<byte> destination)
        {
            TensorView view =
                source._held.GetValueOrDefault(parameter.Name).View
                ?? throw new InvalidOperationException(
                    $"{parameter.Name} is not in memory any more: read a tensor before going on to the next one."
                );
            view.Read(offset, destination);
        }
    }
}
