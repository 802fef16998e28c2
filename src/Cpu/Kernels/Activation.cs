using System.Runtime.Intrinsics;
using MegatronBridge.Config;

namespace MegatronBridge.Cpu.Kernels;

/// <summary>
/// What an MLP does between its two linear layers: a function of each number, or of a gate whose values scale those of another half.
/// </summary>
/// <param name="Name">The function, by the last part of Megatron's name for it.</param>
/// <param name="IsGated">True when a row is a gate and what it scales, one behind the other.</param>
/// <param name="Limit">The most that a gate, and the size of what it scales, may be; infinity for no bound.</param>
/// <param name="Offset">What is added to that which the gate scales.</param>
internal sealed record Activation(string Name, bool IsGated, float Limit, float Offset)
{
    /// <summary>The function of Kimi K3: SiLU whose factor is bound by tanh at 4, as what it scales is at 25.</summary>
    public const string Situ = "situ";

    private const int LeastRows = 4;

    /// <summary>True when the bound of a gate is for what comes out of the function.</summary>
    public bool LimitsResult { get; init; }

    /// <summary>What a provider's fields say.</summary>
    /// <exception cref="UnsupportedModelException">The function is not known.</exception>
    public static Activation Of(ModelProvider provider)
    {
        string target = Targets.Of(provider.ActivationFunc) ?? $"{provider.ActivationFunc}";
        string name = target[(target.LastIndexOf('.') + 1)..];
        return
            name
                is "silu"
                    or "quick_gelu"
                    or "fast_gelu"
                    or "openai_gelu"
                    or "gelu"
                    or "relu"
                    or "squared_relu"
                    or "sigmoid"
                    or "tanh"
            ? new(
                name,
                provider.GatedLinearUnit,
                (float)(provider.ActivationFuncClampValue ?? double.PositiveInfinity),
                (float)provider.GluLinearOffset
            )
            : throw new UnsupportedModelException(
                $"activation_func is {target}, which the forward pass does not know."
            );
    }

    /// <summary>With the bound of a layer: 0 for none, null for the one that it has.</summary>
    public Activation Limited(double? limit) =>
        limit is { } bound ? this with { Limit = bound > 0 ? (float)bound : float.PositiveInfinity } : this;

    /// <summary>x <c>[tokens, width]</c>, or <c>[tokens, 2 · width]</c> with a gate, becomes y <c>[tokens, width]</c>, which may be in its place.</summary>
    public void Run(Workers workers, Matrix x, Matrix y)
    {
        switch (Name)
        {
            case "silu":
                Run<Activations.Silu>(workers, x, y);
                break;
            case "quick_gelu":
                Run<Activations.QuickGelu>(workers, x, y);
                break;
            case "fast_gelu" or "openai_gelu":
                Run<Activations.TanhGelu>(workers, x, y);
                break;
            case "gelu":
                Run<Activations.Gelu>(workers, x, y);
                break;
            case "relu":
                Run<Activations.Relu>(workers, x, y);
                break;
            case "squared_relu":
                Run<Activations.SquaredRelu>(workers, x, y);
                break;
            case "sigmoid":
                Run<Activations.Sigmoid>(workers, x, y);
                break;
            case Situ:
                Run<Activations.Situ>(workers, x, y);
                break;
            default:
                Run<Activations.Tanh>(workers, x, y);
                break;
        }
    }

    private void Run<T>(Workers workers, Matrix x, Matrix y)
        where T : unmanaged, IActivation => workers.Run(x.Rows, LeastRows, new Job<T>(x, y, this));

    private readonly struct Job<T>(Matrix x, Matrix y, Activation own) : IJob
        where T : unmanaged, IActivation
    {
        private readonly bool _isGated = own.IsGated;
        private readonly bool _limitsResult = own.LimitsResult;
        private readonly float _limit = own.Limit;
        private readonly float _offset = own.Offset;

        public void Run(int begin, int end)
        {
            for (int row = begin; row < end; row++)
            {
                Span<float> from = x[row];
                Row(from[..y.Columns], _isGated ? from[y.Columns..] : [], y[row]);
            }
        }

        private void Row(ReadOnlySpan<float> from, ReadOnlySpan<float> scaled, Span<float> to)
        {
            int i = 0;
            for (; i <= to.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                Vector256<float> other = _isGated ? Vector256.Create(scaled[i..]) : default;
                Value(Vector256.Create(from[i..]), other).CopyTo(to[i..]);
            }

            for (; i < to.Length; i++)
            {
                to[i] = Value(Vector256.Create(from[i]), Vector256.Create(_isGated ? scaled[i] : 0)).ToScalar();
            }
        }

        private Vector256<float> Value(Vector256<float> value, Vector256<float> scaled)
        {
            if (!_isGated)
            {
                return T.Of(value);
            }

            if (typeof(T) == typeof(Activations.Situ))
            {
                scaled = Activations.Bound(scaled, 25);
            }

            if (!float.IsFinite(_limit))
            {
                return T.Of(value) * (scaled + Vector256.Create(_offset));
            }

            Vector256<float> most = Vector256.Create(_limit);
            scaled = Vector256.Max(Vector256.Min(scaled, most), -most) + Vector256.Create(_offset);
            return (_limitsResult ? Vector256.Min(T.Of(value), most) : T.Of(Vector256.Min(value, most))) * scaled;
        }
    }
}
