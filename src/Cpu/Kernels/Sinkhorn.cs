namespace MegatronBridge.Cpu.Kernels;

/// <summary>Sinkhorn's method: a square matrix of positive numbers whose rows, and whose columns, add up to one.</summary>
internal static class Sinkhorn
{
    /// <summary>Makes it of any numbers, row by row: a softmax of each row, then each column and each row over its sum in turns, columns last.</summary>
    public static void Run(Span<float> numbers, int size, int iterations, float epsilon)
    {
        for (int row = 0; row < size; row++)
        {
            Span<float> own = numbers.Slice(row * size, size);
            Softmax.Run(own);
            foreach (ref float number in own)
            {
                number += epsilon;
            }
        }

        Divide(numbers, size, 1, size, epsilon);
        for (int i = 1; i < iterations; i++)
        {
            Divide(numbers, size, size, 1, epsilon);
            Divide(numbers, size, 1, size, epsilon);
        }
    }

    // Each line over its sum: lines begin at a distance from each other, and so do their numbers.
    private static void Divide(Span<float> numbers, int size, int lines, int step, float epsilon)
    {
        for (int line = 0; line < size; line++)
        {
            float sum = 0;
            for (int i = 0; i < size; i++)
            {
                sum += numbers[(line * lines) + (i * step)];
            }

            float scale = 1 / (sum + epsilon);
            for (int i = 0; i < size; i++)
            {
                numbers[(line * lines) + (i * step)] *= scale;
            }
        }
    }
}
