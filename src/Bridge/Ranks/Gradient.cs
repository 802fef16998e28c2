using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>The gradient of a parameter, to which each step of a training adds: Megatron's <c>main_grad</c>.</summary>
public sealed class Gradient
{
    private readonly TensorStorage _storage;
    private readonly TensorStorage? _reduced; // where it goes for the reduction, when that is in another type

    internal Gradient(ModelTensor parameter, TensorStorage storage, TensorStorage? reduced = null)
    {
        Parameter = parameter;
        _storage = storage;
        _reduced = reduced;
    }

    /// <summary>The parameter.</summary>
    public ModelTensor Parameter { get; }

    /// <summary>Shape of the gradient: that of the parameter on the rank, or of the rank's rows of it when it is fully sharded.</summary>
    public Shape Shape => _storage.Shape;

    /// <summary>Type of the elements.</summary>
    public DType DType => _storage.DType;

    /// <summary>The contents.</summary>
    public TensorView View => _storage;

    internal TensorStorage Storage => _storage;

    /// <summary>Some of the row-major contents, to be read or changed; valid while the gradient is reachable.</summary>
    public Span<byte> Bytes(long offset, int length) => _storage.Bytes(offset, length);

    /// <summary>Adds to it, in its own type.</summary>
    /// <exception cref="ArgumentException"><paramref name="gradient"/> has another shape, or no floating-point numbers.</exception>
    internal void Add(TensorView gradient)
    {
        if (gradient.Shape != Shape || !gradient.DType.IsWideFloat())
        {
            throw new ArgumentException(
                $"The gradient of {Parameter.Name} should be floating-point numbers of the shape {Shape}, but is {gradient}.",
                nameof(gradient)
            );
        }

        Elementwise.Add(_storage, gradient);
    }

    /// <summary>Puts it where it is reduced.</summary>
    internal void Send()
    {
        if (_reduced is not null)
        {
            Elementwise.Copy(_storage, _reduced);
        }
    }

    /// <summary>Takes it from where it was reduced.</summary>
    internal void Receive()
    {
        if (_reduced is not null)
        {
            Elementwise.Copy(_reduced, _storage);
        }
    }
}
