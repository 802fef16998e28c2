using MegatronBridge.Cpu.Kernels;

namespace MegatronBridge.Tests.Cpu.Kernels;

public sealed class SinkhornTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(7)]
    public void Rows_and_columns_add_up_to_one(int size)
    {
        Random random = new(size);
        float[] numbers = [.. Enumerable.Range(0, size * size).Select(_ => (float)((random.NextDouble() * 6) - 3))];
        Sinkhorn.Run(numbers, size, iterations: 200, epsilon: 1e-6f);
        for (int line = 0; line < size; line++)
        {
            Assert.Equal(1, Enumerable.Range(0, size).Sum(i => numbers[(line * size) + i]), 1e-4);
            Assert.Equal(1, Enumerable.Range(0, size).Sum(i => numbers[(i * size) + line]), 1e-4);
        }
    }

    [Fact]
    public void After_one_iteration_columns_alone_do()
    {
        float[] numbers = [0, MathF.Log(3), 0, MathF.Log(7)]; // shares of 1/4, 3/4 and 1/8, 7/8
        Sinkhorn.Run(numbers, 2, iterations: 1, epsilon: 0);
        Assert.Equal(new[] { 2f / 3, 6f / 13, 1f / 3, 7f / 13 }, numbers, (a, b) => Math.Abs(a - b) < 1e-6f);
    }
}
