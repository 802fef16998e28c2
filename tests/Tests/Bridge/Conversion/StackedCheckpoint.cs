using MegatronBridge.Conversion;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Bridge.Conversion;

/// <summary>The tensors of an import plan as a checkpoint would hold them, without the files.</summary>
public sealed class StackedCheckpoint(ImportPlan plan) : ITensorSource
{
    private readonly Dictionary<string, TensorView> _tensors = plan
        .Parameters.GroupBy(parameter => parameter.Binding.Parameter.Key)
        .ToDictionary(
            key => key.Key,
            key =>
                TensorViews
                    .Stack([.. key.Select(parameter => parameter.View)])
                    .Reshape(
                        new([
                            .. key.First().Binding.Parameter.Axes.Select(axis => (long)axis.Count),
                            .. key.First().View.Shape,
                        ])
                    )
        );

    public IReadOnlyCollection<string> Names => _tensors.Keys;

    public TensorView? Find(string name) => _tensors.GetValueOrDefault(name);
}
