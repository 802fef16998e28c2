using MegatronBridge.Cpu.Weights;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Cpu.Weights;

public sealed class WeightTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();
    private readonly InputFile _file;
    private readonly FileView _matrix; // [12, 4], element i is i
    private MappedFile? _mapped;

    public WeightTests()
    {
        byte[] bytes = new byte[12 * 4 * 2];
        float[] numbers = [.. Enumerable.Range(0, 48).Select(number => (float)number)];
        FloatCast.Convert(
            DType.F32,
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(numbers.AsSpan()),
            DType.BF16,
            bytes
        );
        File.WriteAllBytes(_path, [1, 2, 3, .. bytes]);
        _file = InputFile.Open(_path);
        _matrix = new(DType.BF16, [12, 4], _file, 3);
    }

    public void Dispose()
    {
        _mapped?.Dispose();
        _file.Dispose();
        File.Delete(_path);
    }

    [Fact]
    public void Rows_in_another_order_stay_in_the_file()
    {
        TensorView q = _matrix.Slice(0, 0, 8).Reshape([2, 16]);
        TensorView k = _matrix.Slice(0, 8, 2).Reshape([2, 4]);
        TensorView v = _matrix.Slice(0, 10, 2).Reshape([2, 4]);
        using Weight weight = Weight.Of(TensorViews.Concat(1, q, k, v).Reshape([12, 4]), Map);
        Assert.True(weight.IsMapped);
        Assert.Equal(4, weight.RunCount); // key and value are two rows at a distance
        Assert.Equal([0, 4, 8, 12, 32, 40, 16, 20, 24, 28, 36, 44], FirstColumn(weight));
    }

    [Fact]
    public void Rows_whose_columns_are_cut_stay_in_the_file_too()
    {
        using Weight weight = Weight.Of(_matrix.Slice(1, 1, 2), Map);
        Assert.True(weight.IsMapped);
        Assert.Equal(1, weight.RunCount);
        Assert.Equal((12, 2), (weight.Rows, weight.Columns));
        Assert.Equal([.. Enumerable.Range(0, 12).Select(row => (4 * row) + 1f)], FirstColumn(weight));
    }

    [Fact]
    public void A_matrix_that_is_turned_over_is_copied()
    {
        using Weight weight = Weight.Of(_matrix.Permute(1, 0), Map);
        Assert.False(weight.IsMapped);
        Assert.Equal([0, 1, 2, 3], FirstColumn(weight));
    }

    [Fact]
    public void Numbers_that_are_changed_as_they_are_read_are_copied()
    {
        using Weight weight = Weight.Of(_matrix.Plus(1), Map);
        Assert.False(weight.IsMapped);
        Assert.Equal(5f, FirstColumn(weight)[1]);
    }

    [Fact]
    public void A_weight_that_is_no_matrix_of_numbers_is_refused() =>
        Assert.Throws<UnsupportedModelException>(() => Weight.Of(new MemoryView(DType.I32, [1, 1], new byte[4]), Map));

    private static float[] FirstColumn(Weight weight)
    {
        float[] column = new float[weight.Rows];
        float[] row = new float[weight.Columns];
        for (int i = 0; i < column.Length; i++)
        {
            weight.ReadRow(i, row);
            column[i] = row[0];
        }

        return column;
    }

    private MappedFile Map(InputFile file) => _mapped ??= MappedFile.Open(file);
}
