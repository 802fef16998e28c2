using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>A convolution of each channel with itself over the last tokens, and SiLU behind it.</summary>
internal sealed class CausalConvolution
{
    private readonly Matrix _weight; // [channels, kernel]
    private readonly Matrix? _bias; // [1, channels]

    /// <summary>Builds it from the scope of the module that has it; Megatron spells its parameters in two ways.</summary>
    public CausalConvolution(WeightScope scope)
    {
        _weight = scope.Vector(scope.Has("conv1d_weight") ? "conv1d_weight" : "conv1d.weight");
        _bias = scope.VectorOrNull("conv1d_bias") ?? scope.VectorOrNull("conv1d.bias");
    }

    /// <summary>Number of channels of the rank.</summary>
    public int Channels => _weight.Rows;

    /// <summary>y <c>[tokens, channels]</c> of x <c>[tokens, channels]</c> and of the tokens before, which <paramref name="tail"/> keeps.</summary>
    public void Run(ForwardPass pass, Span<float> tail, Matrix x, Matrix y)
    {
        int kernel = _weight.Columns;
        using Scratch.Frame frame = pass.Scratch.Open();
        Matrix all = frame.Take(x.Rows + kernel - 1, Channels); // [tokens with those before, channels]
        tail.CopyTo(all.RowRange(0, kernel - 1).Flat);
        all.RowRange(kernel - 1, x.Rows).CopyFrom(x);
        pass.Workers.Run(x.Rows, 8, new Job(all, y, _weight, _bias ?? default));
        all.RowRange(x.Rows, kernel - 1).Flat.CopyTo(tail);
    }

    /// <summary>Numbers that are kept of the tokens before.</summary>
    public int TailLength => (_weight.Columns - 1) * Channels;

    private readonly struct Job(Matrix all, Matrix y, Matrix weight, Matrix bias) : IJob
    {
        public void Run(int begin, int end)
        {
            for (int token = begin; token < end; token++)
            {
                Span<float> result = y[token];
                for (int channel = 0; channel < result.Length; channel++)
                {
                    float sum = bias.Data == 0 ? 0 : bias[0][channel];
                    ReadOnlySpan<float> factors = weight[channel];
                    for (int i = 0; i < factors.Length; i++)
                    {
                        sum += factors[i] * all[token + i][channel];
                    }

                    result[channel] = sum * Activations.SigmoidOf(sum);
                }
            }
        }
    }
}
