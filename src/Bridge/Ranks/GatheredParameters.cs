using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Model;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>
/// The whole parameters of a model that lies on several ranks. Reading one gathers it on all ranks, so all of them must read the same in
/// the same order. One parameter at a time is in memory beside the rank's own part.
/// </summary>
public sealed class GatheredParameters : IParameterSource
{
    private readonly ModelProvider _provider;
    private readonly HashSet<string> _names; // of all parameters
    private readonly ParameterGather _gather;
    private (string Name, TensorView Whole)? _last;

    /// <summary>Gathers what <paramref name="models"/>, this rank's parts of the model, have here and on the other ranks.</summary>
    public GatheredParameters(IReadOnlyList<MegatronModel> models)
    {
        _provider = models[0].Provider;
        _names = [.. models[0].Table.Parameters.Select(parameter => parameter.Name)];
        _gather = new(models);
    }

    /// <inheritdoc/>
    public IEnumerable<string> Unused => [];

    /// <inheritdoc/>
    public TensorView? Find(ModelParameter parameter) =>
        _names.Contains(parameter.Name)
            ? new Gathered(this, parameter, MegatronModel.TypeOf(parameter, _provider))
            : null;

    private TensorView Whole(ModelParameter parameter)
    {
        if (_last is not { } last || last.Name != parameter.Name)
        {
            _last = null; // before the next one takes its memory
            _last = (parameter.Name, _gather.Whole(parameter, null, out _)!);
        }

        return _last.Value.Whole;
    }

    /// <summary>A whole parameter, gathered when somebody reads it.</summary>
    private sealed class Gathered(GatheredParameters source, ModelParameter parameter, DType dtype)
        : TensorView(dtype, parameter.Shape)
    {
        protected override void ReadCore(long offset, Span<byte> destination) =>
            source.Whole(parameter).Read(offset, destination);
    }
}
