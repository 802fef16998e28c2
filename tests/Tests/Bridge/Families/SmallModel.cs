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
    private readonly Dictionary<string, TensorView> _tensors = [];

    private SmallModel(JsonObject config, Family? family = null)
    {
        Config = new(config);
        Family = family ?? FamilyList.Of(Config);
        ModelProvider provider = Provider;
        foreach (Binding binding in Binding.Bind(Family, provider, ModelTable.Build(provider)))
        {
            foreach ((string name, Shape shape) in binding.HfNames.Zip(binding.HfShapes()))
            {
                _tensors[name] = new RuleTensor(name, binding.Parameter.DType ?? DType.BF16, shape);
            }
        }
    }

    public HfConfig Config { get; }

    public Family Family { get; }

    /// <summary>The Megatron side's config, for one rank.</summary>
    public ModelProvider Provider => ProviderOf(ParallelSizes.One);

    public IReadOnlyCollection<string> Names => _tensors.Keys;

    public static SmallModel Of(string name) => new(SmallConfigs.Config(name));

    /// <summary>A model of a family that need not be on the list.</summary>
    public static SmallModel Of(Family family, JsonObject config) => new(config, family);

    public TensorView? Find(string name) => _tensors.GetValueOrDefault(name);

    public ImportPlan Import(ParallelSizes sizes, ITensorSource? source = null, DType? cast = null) =>
        ImportPlan.Create(source ?? this, Family, ProviderOf(sizes), cast);

    private ModelProvider ProviderOf(ParallelSizes sizes)
    {
        ModelProvider provider = Family.ToProvider(Config);
        sizes.ApplyTo(provider);
        provider.Complete();
        return provider;
    }
}
