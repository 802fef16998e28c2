using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Families;

/// <summary>A model of a small config, with the tensors that its family maps, filled by the rule of the manifests.</summary>
public sealed class SmallModel : ITensorSource
{
    private readonly HfConfig _config;
    private readonly Dictionary<string, TensorView> _tensors = [];

    private SmallModel(JsonObject config)
    {
        _config = new(config);
        ModelProvider provider = Provider(ParallelSizes.One);
        foreach (Binding binding in Binding.Bind(Family, provider, ModelTable.Build(provider)))
        {
            foreach ((string name, Shape shape) in binding.HfNames.Zip(binding.HfShapes()))
            {
                _tensors[name] = new RuleTensor(name, binding.Parameter.DType ?? DType.BF16, shape);
            }
        }
    }

    public Family Family => FamilyList.Of(_config);

    public IReadOnlyCollection<string> Names => _tensors.Keys;

    public static SmallModel Of(string name) => new(SmallConfigs.Config(name));

    public TensorView? Find(string name) => _tensors.GetValueOrDefault(name);

    public ImportPlan Import(ParallelSizes sizes, ITensorSource? source = null, DType? cast = null) =>
        ImportPlan.Create(source ?? this, Family, Provider(sizes), cast);

    private ModelProvider Provider(ParallelSizes sizes)
    {
        ModelProvider provider = Family.ToProvider(_config);
        sizes.ApplyTo(provider);
        provider.Complete();
        return provider;
    }
}
