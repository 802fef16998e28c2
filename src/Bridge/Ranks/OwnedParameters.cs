using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Model;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>
/// The whole parameters of a model as one of its ranks sees them: what it has is there, where it has nothing stands
/// <see cref="AbsentView">not a number</see>.
/// </summary>
internal sealed class OwnedParameters : IParameterSource
{
    private readonly ModelProvider _provider;
    private readonly Dictionary<string, ModelTensor> _own;
    private readonly HashSet<string> _names;

    public OwnedParameters(IReadOnlyList<MegatronModel> models)
    {
        _provider = models[0].Provider;
        _own = MegatronModel.Owned(models);
        _names = [.. models[0].Table.Parameters.Select(parameter => parameter.Name)];
    }

    /// <inheritdoc/>
    public IEnumerable<string> Unused => [];

    /// <summary>True for a parameter of which the rank has anything.</summary>
    public bool Has(string name) => _own.ContainsKey(name);

    /// <inheritdoc/>
    public TensorView? Find(ModelParameter parameter)
    {
        if (!_names.Contains(parameter.Name))
        {
            return null;
        }

        DType dtype = MegatronModel.TypeOf(parameter, _provider);
        if (!_own.TryGetValue(parameter.Name, out ModelTensor? own))
        {
            return new AbsentView(dtype, parameter.Shape);
        }

        if (parameter.Cut.Axis is not int axis)
        {
            return own.View;
        }

        List<TensorView> parts = [];
        long end = 0; // of what the parts cover
        long done = 0; // of what the rank has
        foreach (Box piece in own.Place.Pieces)
        {
            AddAbsent(piece.Offsets[axis]);
            parts.Add(own.View.Slice(axis, done, piece.Sizes[axis]));
            done += piece.Sizes[axis];
            end += piece.Sizes[axis];
        }

        AddAbsent(parameter.Shape[axis]);
        return TensorViews.Concat(axis, parts);

        void AddAbsent(long next)
        {
            if (next > end)
            {
                parts.Add(new AbsentView(dtype, parameter.Shape.With(axis, next - end)));
                end = next;
            }
        }
    }
}
