using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Bridge.Families;

namespace MegatronBridge.Tests.Bridge.Conversion;

/// <summary>The same family with its experts one by one, or all experts of a layer in one tensor: the checkpoint's names decide.</summary>
public sealed class FusedExpertsTests
{
    private const string Experts = "model.layers.1.mlp.experts.";

    [Theory]
    [InlineData("")]
    [InlineData(".weight")]
    public void Fused_experts_make_the_same_checkpoint_and_come_back_fused(string suffix)
    {
        SmallModel model = SmallModel.Of("glm4_moe");
        FusedSource fused = new(model, suffix);
        ImportPlan import = model.Import(ParallelSizes.One, fused);
        AssembledCheckpoint expected = new(model.Import(ParallelSizes.One), ParallelSizes.One);
        AssembledCheckpoint actual = new(import, ParallelSizes.One);
        Assert.Equal(expected.Names.Order(StringComparer.Ordinal), actual.Names.Order(StringComparer.Ordinal));
        foreach (string key in expected.Names)
        {
            Assert.Equal(expected.Find(key)!.ToArray(), actual.Find(key)!.ToArray());
        }

        ExportPlan export = ExportPlan.Create(actual, import.Family, import.Provider, fused);
        Assert.Equal(fused.Names.Order(StringComparer.Ordinal), export.Names.Order(StringComparer.Ordinal));
        foreach (string name in fused.Names)
        {
            Assert.Equal(fused.Find(name)!.ToArray(), export.Tensors[name].ToArray());
        }
    }

    [Fact]
    public void Without_any_spelling_the_usual_one_is_asked_for()
    {
        SmallModel model = SmallModel.Of("glm4_moe");
        MappingException fault = Assert.Throws<MappingException>(() =>
            model.Import(ParallelSizes.One, new FusedSource(model, ".unheard_of"))
        );
        Assert.Contains(
            fault.Faults,
            line => line.StartsWith(Experts + "3.down_proj.weight", StringComparison.Ordinal)
        );
        Assert.Contains(
            fault.Faults,
            line => line.StartsWith(Experts + "down_proj.unheard_of", StringComparison.Ordinal)
        );
    }

    private sealed class FusedSource : ITensorSource
    {
        private readonly Dictionary<string, TensorView> _tensors = [];

        public FusedSource(SmallModel model, string suffix)
        {
            foreach (string name in model.Names.Where(name => !name.StartsWith(Experts, StringComparison.Ordinal)))
            {
                _tensors.Add(name, model.Find(name)!);
            }

            TensorView Part(int expert, string name) => model.Find($"{Experts}{expert}.{name}_proj.weight")!;

            IEnumerable<int> experts = Enumerable.Range(0, 4);
            _tensors[$"{Experts}gate_up_proj{suffix}"] = TensorViews.Stack([
                .. experts.Select(expert => TensorViews.Concat(0, [Part(expert, "gate"), Part(expert, "up")])),
            ]);
            _tensors[$"{Experts}down_proj{suffix}"] = TensorViews.Stack([
                .. experts.Select(expert => Part(expert, "down")),
            ]);
        }

        public IReadOnlyCollection<string> Names => _tensors.Keys;

        public TensorView? Find(string name) => _tensors.GetValueOrDefault(name);
    }
}
