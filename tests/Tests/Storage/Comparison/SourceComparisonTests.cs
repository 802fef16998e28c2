using System.Runtime.InteropServices;
using MegatronBridge.Storage.Comparison;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Storage.Comparison;

public sealed class SourceComparisonTests
{
    [Fact]
    public async Task Equal_sources_have_no_difference()
    {
        float[] numbers = [1, float.NaN, -0f];
        MemorySource source = new(("a", Singles(numbers)), ("b", Singles([])));
        ComparisonResult result = await SourceComparison.RunAsync(
            source,
            new MemorySource(("b", Singles([])), ("a", Singles(numbers)))
        );
        Assert.Empty(result.Differences);
        Assert.Equal((2, 12L), (result.EqualCount, result.ComparedBytes));
    }

    [Fact]
    public async Task Tensors_of_one_side_only_are_named_with_the_side()
    {
        MemorySource left = new(("a", Singles([1])), ("b", Singles([1])));
        MemorySource right = new(("c", Singles([1])), ("b", Singles([1])));
        ComparisonResult result = await SourceComparison.RunAsync(left, right);
        Assert.Equal(
            [("a", DifferenceKind.MissingRight), ("c", DifferenceKind.MissingLeft)],
            result.Differences.Select(difference => (difference.Name, difference.Kind))
        );
        Assert.Equal(1, result.EqualCount);
    }

    [Fact]
    public async Task Shapes_that_differ_are_told_without_values()
    {
        TensorDifference difference = await OneAsync(Singles([1, 2]), Singles([1, 2]).Reshape([2, 1]));
        Assert.Equal((DifferenceKind.Shape, null), (difference.Kind, difference.Values));
    }

    [Fact]
    public async Task Values_are_compared_across_floating_point_types()
    {
        TensorView singles = Singles([1, 2.0001f, float.NaN]);
        TensorDifference cast = await OneAsync(singles, singles.CastTo(DType.BF16));
        Assert.Equal(DifferenceKind.DType, cast.Kind);
        Assert.Equal((1L, 1L), (cast.Values!.Count, cast.Values.FirstIndex));
        Assert.Equal(0.0001, cast.Values.LargestDifference!.Value, 5);

        TensorDifference exact = await OneAsync(Singles([1, 2]), Singles([1, 2]).CastTo(DType.F16));
        Assert.Equal(new ValueDifference(0, null, 0), exact.Values);
    }

    [Fact]
    public async Task Types_that_cannot_be_compared_are_told_without_values()
    {
        TensorDifference difference = await OneAsync(Singles([1]), new ZeroView(DType.I32, [1]));
        Assert.Equal((DifferenceKind.DType, null), (difference.Kind, difference.Values));
    }

    [Fact]
    public async Task Differences_far_apart_are_counted_with_the_first_and_the_largest()
    {
        // Larger than three pieces, so that several workers meet.
        float[] left = new float[2_500_000];
        float[] right = new float[left.Length];
        (int Index, float Value)[] changes = [(2_499_999, 1), (700_000, -3), (700_001, 0.5f), (1_700_000, 2)];
        Array.ForEach(changes, change => right[change.Index] = change.Value);
        TensorDifference difference = await OneAsync(Singles(left), Singles(right));
        Assert.Equal(new ValueDifference(4, 700_000, 3), difference.Values);
    }

    [Fact]
    public async Task A_number_that_is_missing_on_one_side_is_infinitely_far() =>
        Assert.Equal(
            new ValueDifference(1, 0, double.PositiveInfinity),
            (await OneAsync(Singles([float.NaN, 1]), Singles([0, 1]))).Values
        );

    [Fact]
    public async Task Zeros_of_different_sign_differ_in_bits_but_not_in_size() =>
        Assert.Equal(new ValueDifference(1, 1, 0), (await OneAsync(Singles([1, 0]), Singles([1, -0f]))).Values);

    [Theory]
    [MemberData(nameof(AllTypes))]
    public async Task Every_type_can_be_compared(DType dtype)
    {
        byte[] left = new byte[4800];
        byte[] right = new byte[4800];
        right[^1] = 0x10;
        Shape shape = [4800L * 8 / dtype.BitCount()];
        TensorDifference difference = await OneAsync(
            new MemoryView(dtype, shape, left),
            new MemoryView(dtype, shape, right)
        );
        Assert.Equal((1L, shape[0] - 1), (difference.Values!.Count, difference.Values.FirstIndex));
        Assert.True(difference.Values.LargestDifference is null or > 0);
    }

    public static TheoryData<DType> AllTypes => [.. Enum.GetValues<DType>()];

    private static async Task<TensorDifference> OneAsync(TensorView left, TensorView right)
    {
        MemorySource source = new(("x", left));
        return Assert.Single((await SourceComparison.RunAsync(source, new MemorySource(("x", right)))).Differences);
    }

    private static MemoryView Singles(float[] values) =>
        new(DType.F32, [values.Length], MemoryMarshal.AsBytes<float>(values).ToArray());
}
