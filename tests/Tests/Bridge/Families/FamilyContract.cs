using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Families;

/// <summary>What every family must keep, for several small configs of it and every layout that they divide over.</summary>
public sealed class FamilyContract
{
    private const long LargestBesideHollow = 1 << 20; // elements; nothing smaller comes out of a hollow tensor

    [Theory]
    [MemberData(nameof(SmallConfigs.All), MemberType = typeof(SmallConfigs))]
    public void Every_tensor_is_used_once_and_comes_back_bit_for_bit(string name)
    {
        SmallModel model = SmallModel.Of(name);
        ImportPlan import = model.Import(ParallelSizes.One);
        Assert.Empty(import.Ignored);

        AssembledCheckpoint checkpoint = new(import, ParallelSizes.One);
        ExportPlan export = ExportPlan.Create(checkpoint, import.Family, import.Provider);
        Assert.Equal(model.Names.Order(StringComparer.Ordinal), export.Names.Order(StringComparer.Ordinal));
        foreach (string tensor in model.Names)
        {
            TensorView expected = model.Find(tensor)!;
            TensorView actual = export.Tensors[tensor];
            Assert.Equal((expected.DType, expected.Shape), (actual.DType, actual.Shape));
            if (checkpoint.Hollow.Count == 0 || expected.Shape.ElementCount <= LargestBesideHollow)
            {
                Assert.Equal(expected.ToArray(), actual.ToArray());
            }
        }
    }

    [Theory]
    [MemberData(nameof(SmallConfigs.All), MemberType = typeof(SmallConfigs))]
    public void Every_layout_assembles_to_the_same_checkpoint(string name)
    {
        SmallModel model = SmallModel.Of(name);
        AssembledCheckpoint whole = new(model.Import(ParallelSizes.One), ParallelSizes.One);
        int tried = 0;
        foreach (ParallelSizes sizes in SmallConfigs.Layouts)
        {
            ImportPlan plan;
            try
            {
                plan = model.Import(sizes);
            }
            catch (Exception e) when (e is InvalidConfigException or LayoutException)
            {
                continue; // this model does not divide so; the refusal has its own tests
            }

            AssembledCheckpoint parts = new(plan, sizes);
            tried++;
            Assert.Equal(whole.Names.Order(StringComparer.Ordinal), parts.Names.Order(StringComparer.Ordinal));
            foreach (string key in whole.Names.Except(whole.Hollow))
            {
                Assert.Equal(whole.Find(key)!.ToArray(), parts.Find(key)!.ToArray());
            }
        }

        Assert.True(tried >= 2, $"{name} divided over {tried} layouts only.");
    }

    [Theory]
    [MemberData(nameof(SmallConfigs.All), MemberType = typeof(SmallConfigs))]
    public void A_missing_a_surplus_and_a_misshapen_tensor_are_all_named_at_once(string name)
    {
        SmallModel model = SmallModel.Of(name);
        string missing = model.Names.First();
        string misshapen = model.Names.Last();
        ITensorSource damaged = new DamagedSource(
            model,
            missing,
            misshapen,
            surplus: "model.layers.0.unheard_of.weight"
        );
        MappingException fault = Assert.Throws<MappingException>(() => model.Import(ParallelSizes.One, damaged));
        Assert.Contains(fault.Faults, line => line.StartsWith(missing + " ", StringComparison.Ordinal));
        Assert.Contains(fault.Faults, line => line.StartsWith(misshapen + " ", StringComparison.Ordinal));
        Assert.Contains(
            fault.Faults,
            line => line.StartsWith("model.layers.0.unheard_of.weight", StringComparison.Ordinal)
        );
    }

    private sealed class DamagedSource(ITensorSource source, string missing, string misshapen, string surplus)
        : ITensorSource
    {
        public IReadOnlyCollection<string> Names { get; } = [.. source.Names.Where(name => name != missing), surplus];

        public TensorView? Find(string name)
        {
            if (name == missing)
            {
                return null;
            }

            return name == misshapen || name == surplus ? new ZeroView(DType.BF16, [3, 5, 7]) : source.Find(name);
        }
    }
}
