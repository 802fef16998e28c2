using System.Runtime.InteropServices;
using MegatronBridge.Conversion;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Bridge.Families;

namespace MegatronBridge.Tests.Bridge.Conversion;

public sealed class WeightSampleTests
{
    [Fact]
    public void Layers_and_experts_of_one_kind_are_told_together()
    {
        SmallModel model = SmallModel.Of("kimi_k2");
        IReadOnlyList<WeightClass> weights = WeightSample.Measure(model.Import(new()));
        Assert.Equal(weights.Count, weights.Select(weight => weight.Name).Distinct(StringComparer.Ordinal).Count());
        WeightClass experts = weights.Single(weight =>
            weight.Name == "decoder.layers.*.mlp.experts.linear_fc1.weight*"
        );
        Assert.True(experts.Parameters > 1);

        // The rule of these weights is even from -0.1 to 0.1.
        Assert.All(weights, weight => Assert.InRange(weight.Std, 0.05, 0.065));
        Assert.All(weights, weight => Assert.Null(weight.Warning));
    }

    [Fact]
    public void Codes_without_scales_are_noticed()
    {
        float[] codes = [.. Enumerable.Range(0, 4096).Select(i => (float)((i * 7 % 16) - 8))];
        float[] floats = [.. Enumerable.Range(0, 4096).Select(i => (float)(Math.Sin(i) * 30.1))];
        float[] weights = [.. Enumerable.Range(0, 4096).Select(i => (float)(Math.Sin(i) * 0.03))];
        Assert.Contains("whole", Measure(codes).Warning, StringComparison.Ordinal);
        Assert.Contains("standard deviation", Measure(floats).Warning, StringComparison.Ordinal);
        Assert.Null(Measure(weights).Warning);
        Assert.Null(Measure(new float[4096]).Warning);
        weights[5] = float.NaN;
        Assert.Contains("NaN", Measure(weights).Warning, StringComparison.Ordinal);
    }

    private static WeightClass Measure(float[] numbers) =>
        WeightSample.Measure(
            "some.weight",
            [new MemoryView(DType.F32, [64, 64], MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray())]
        );
}
