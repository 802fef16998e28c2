using System.Runtime.InteropServices;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Quantization;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Storage.Quantization;

public sealed class DequantizedViewTests
{
    // matrices, rows, columns, rows of a block, columns of a block; 0 for blocks that span all
    public static TheoryData<int, int, int, int, int> Grids =>
        new()
        {
            { 1, 256, 256, 128, 128 },
            { 1, 200, 300, 128, 128 },
            { 3, 50, 70, 16, 32 },
            { 2, 33, 65, 1, 16 },
            { 1, 7, 4100, 1, 32 },
            { 1, 40, 41, 0, 0 },
            { 4, 9, 20, 0, 0 },
            { 1, 40, 41, 1, 0 },
            { 1, 129, 1, 128, 128 },
            { 2, 64, 96, 7, 11 },
        };

    [Theory]
    [MemberData(nameof(Grids))]
    public void Every_element_is_its_code_times_the_scale_of_its_block(int n, int rows, int columns, int high, int wide)
    {
        Case small = new(n, rows, columns, high, wide, DType.F8E4M3, withZeros: false);
        Check(small, DType.BF16, Spec.ToBrain);
        Check(small, DType.F32, number => number);
        Check(small, DType.F16, number => (float)(Half)number);
    }

    [Theory]
    [MemberData(nameof(Grids))]
    public void Zero_points_are_taken_away_first(int n, int rows, int columns, int high, int wide)
    {
        Check(new(n, rows, columns, high, wide, DType.U8, withZeros: true), DType.BF16, Spec.ToBrain);
        Check(new(n, rows, columns, high, wide, DType.I8, withZeros: true), DType.F32, number => number);
    }

    [Theory]
    [InlineData(DType.BF16)]
    [InlineData(DType.F16)]
    [InlineData(DType.F8E4M3)]
    [InlineData(DType.F8E8M0)]
    [InlineData(DType.U8)]
    public void Scales_may_have_every_type_that_checkpoints_use(DType dtype)
    {
        byte[] raw = dtype is DType.BF16 or DType.F16 ? [0x12, 0x3c, 0x35, 0x3d] : [0x71, 0x7c];
        float[] scales = dtype switch
        {
            DType.BF16 => [BitConverter.UInt32BitsToSingle(0x3c12_0000), BitConverter.UInt32BitsToSingle(0x3d35_0000)],
            DType.F16 => [(float)BitConverter.UInt16BitsToHalf(0x3c12), (float)BitConverter.UInt16BitsToHalf(0x3d35)],
            DType.F8E4M3 => [Spec.E4M3(0x71), Spec.E4M3(0x7c)],
            _ => [Spec.E8M0(0x71), Spec.E8M0(0x7c)],
        };
        TensorView codes = new MemoryView(DType.F8E4M3, [2, 2], new byte[] { 0x38, 0xb8, 0x40, 0x07 });
        ScaleGrid grid = new(new MemoryView(dtype, [1, 2, 1], raw), BlockAxis.Of(1), BlockAxis.Whole);
        float[] numbers = MemoryMarshal
            .Cast<byte, float>(new DequantizedView(codes, grid, DType.F32).ToArray())
            .ToArray();
        Assert.Equal([scales[0], -scales[0], 2 * scales[1], 7 / 512f * scales[1]], numbers);
    }

    [Fact]
    public void A_scale_of_the_scales_multiplies_or_divides_them_first()
    {
        TensorView codes = new MemoryView(DType.F8E4M3, [2, 1, 2], new byte[] { 0x38, 0x3f, 0x38, 0x3f });
        float[] scales = [0.3f, 0.7f];
        float[] factors = [0.9f, 1.7f];
        ScaleGrid grid = new(Singles(scales, [2, 1, 1]), BlockAxis.Whole, BlockAxis.Whole)
        {
            Factor = Singles(factors, [2]),
        };
        float[] Read(ScaleGrid used) =>
            MemoryMarshal.Cast<byte, float>(new DequantizedView(codes, used, DType.F32).ToArray()).ToArray();

        float first = scales[0] * factors[0];
        float second = scales[1] * factors[1];
        Assert.Equal([first, 1.875f * first, second, 1.875f * second], Read(grid));
        first = scales[0] / factors[0];
        second = scales[1] / factors[0];
        Assert.Equal(
            [first, 1.875f * first, second, 1.875f * second],
            Read(grid with { Divides = true, Factor = Singles([factors[0]], [1]) })
        );
        TensorView last = new DequantizedView(codes, grid, DType.F32).Slice(0, 1, 1);
        Assert.Equal(
            [scales[1] * factors[1], 1.875f * (scales[1] * factors[1])],
            MemoryMarshal.Cast<byte, float>(last.ToArray()).ToArray()
        );
    }

    [Fact]
    public void A_list_may_say_which_scale_a_column_has()
    {
        Random random = new(5);
        int[] groups = [.. Enumerable.Range(0, 96).Select(_ => random.Next(3))];
        byte[] codes = new byte[5 * 96];
        random.NextBytes(codes);
        float[] scales = [.. Enumerable.Range(0, 15).Select(i => 0.01f * (i + 1))];
        ScaleGrid grid = new(Singles(scales, [1, 5, 3]), BlockAxis.Of(1), BlockAxis.Listed(groups)) { Zero = 8 };
        TensorView view = new DequantizedView(new MemoryView(DType.U8, [5, 96], codes), grid, DType.F32);
        float[] expected =
        [
            .. Enumerable.Range(0, codes.Length).Select(i => (codes[i] - 8f) * scales[(i / 96 * 3) + groups[i % 96]]),
        ];
        ReadEverywhere(expected, view, 1, 5, 96);
    }

    [Fact]
    public void A_grid_that_does_not_fit_is_refused()
    {
        TensorView codes = new MemoryView(DType.F8E4M3, [130, 10], new byte[1300]);
        ScaleGrid grid = new(Singles([1], [1, 1, 1]), BlockAxis.Of(128), BlockAxis.Of(128));
        Assert.Throws<ArgumentException>(() => new DequantizedView(codes, grid, DType.BF16));
        Assert.Throws<ArgumentException>(() => new DequantizedView(codes.Slice(0, 0, 128), grid, DType.I8));
        Assert.Throws<ArgumentException>(() => BlockAxis.Listed([-1]));
        Assert.Throws<ArgumentException>(() =>
            new DequantizedView(
                codes.Slice(0, 0, 4),
                new ScaleGrid(Singles([1, 1], [1, 1, 2]), BlockAxis.Whole, BlockAxis.Listed([0, 1])),
                DType.BF16
            )
        );
        Assert.NotNull(new DequantizedView(codes.Slice(0, 0, 128), grid, DType.BF16));
    }

    private static void Check(Case small, DType dtype, Func<float, float> round)
    {
        TensorView view = new DequantizedView(small.CodeView, small.Grid, dtype);
        float[] expected = [.. small.Expected.Select(round)];
        ReadEverywhere(expected, view, small.Matrices, small.Rows, small.Columns);
    }

    private static void ReadEverywhere(float[] expected, TensorView view, int matrices, int rows, int columns)
    {
        Assert.Equal(expected, Numbers(view));
        int itemBytes = view.DType.BitCount() / 8;
        Random random = new(9);
        for (int i = 0; i < 8; i++)
        {
            int begin = random.Next(expected.Length);
            int count = random.Next(1, expected.Length - begin + 1);
            byte[] piece = new byte[count * itemBytes];
            view.Read(begin * itemBytes, piece);
            Assert.Equal(expected[begin..(begin + count)], Numbers(new MemoryView(view.DType, [count], piece)));

            int[] at = [random.Next(matrices), random.Next(rows), random.Next(columns)];
            int[] size =
            [
                random.Next(1, matrices - at[0] + 1),
                random.Next(1, rows - at[1] + 1),
                random.Next(1, columns - at[2] + 1),
            ];
            Box box = view.Shape.Rank == 2 ? new([at[1], at[2]], [size[1], size[2]]) : new([.. at], [.. size]);
            IEnumerable<float> cut =
                from matrix in Enumerable.Range(at[0], size[0])
                from row in Enumerable.Range(at[1], size[1])
                from column in Enumerable.Range(at[2], size[2])
                select expected[(((matrix * rows) + row) * columns) + column];
            Assert.Equal(cut, Numbers(view.Slice(box)));
        }
    }

    private static float[] Numbers(TensorView view)
    {
        float[] numbers = new float[view.Shape.ElementCount];
        FloatCast.Convert(view.DType, view.ToArray(), DType.F32, MemoryMarshal.AsBytes(numbers.AsSpan()));
        return numbers;
    }

    private static MemoryView Singles(float[] numbers, Shape shape) =>
        new(DType.F32, shape, MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray());

    private sealed class Case
    {
        private readonly byte[] _codes;
        private readonly float[] _scales;
        private readonly byte[] _zeros;
        private readonly int _high;
        private readonly int _wide;
        private readonly DType _type;

        public Case(int matrices, int rows, int columns, int high, int wide, DType type, bool withZeros)
        {
            (Matrices, Rows, Columns, _type) = (matrices, rows, columns, type);
            (_high, _wide) = (high == 0 ? rows : high, wide == 0 ? columns : wide);
            Random random = new(rows + columns);
            _codes = new byte[matrices * rows * columns];
            random.NextBytes(_codes);
            _codes = type == DType.F8E4M3 ? [.. _codes.Select(code => (code & 127) == 127 ? (byte)0 : code)] : _codes;
            int blocks = matrices * BlockRows * BlockColumns;
            _scales = [.. Enumerable.Range(0, blocks).Select(_ => (float)(random.NextDouble() + 0.01) * 1e-3f)];
            _zeros = new byte[blocks];
            random.NextBytes(withZeros ? _zeros : []);
            Shape shape = [matrices, BlockRows, BlockColumns];
            Grid = new(
                Singles(_scales, shape),
                high == 0 ? BlockAxis.Whole : BlockAxis.Of(high),
                wide == 0 ? BlockAxis.Whole : BlockAxis.Of(wide)
            )
            {
                Zeros = withZeros ? new MemoryView(type, shape, _zeros) : null,
                Zero = withZeros ? 1 : 0,
            };
            CodeView = new MemoryView(type, matrices == 1 ? [rows, columns] : [matrices, rows, columns], _codes);
            Expected = [.. Enumerable.Range(0, _codes.Length).Select(i => Number(i, withZeros))];
        }

        public int Matrices { get; }
        public int Rows { get; }
        public int Columns { get; }
        public TensorView CodeView { get; }
        public ScaleGrid Grid { get; }
        public float[] Expected { get; }

        private int BlockRows => ((Rows - 1) / _high) + 1;
        private int BlockColumns => ((Columns - 1) / _wide) + 1;

        private float Number(int i, bool withZeros)
        {
            int row = i / Columns;
            int block = (((row / Rows * BlockRows) + (row % Rows / _high)) * BlockColumns) + (i % Columns / _wide);
            float zero = withZeros ? Code(_zeros[block]) + 1 : 0;
            return (Code(_codes[i]) - zero) * _scales[block];
        }

        private float Code(byte code) =>
            _type switch
            {
                DType.F8E4M3 => Spec.E4M3(code),
                DType.I8 => (sbyte)code,
                _ => code,
            };
    }
}
