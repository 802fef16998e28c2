using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>
/// The gradients of parameters of one type that are reduced over the same ranks, one behind the other in memory; with a distributed
/// optimizer the parameters, too.
/// </summary>
public sealed class GradientBuffer : IDisposable
{
    private readonly GradientReduction _reduction;
    private readonly DistributedDataParallelConfig _config;
    private readonly TensorStorage _gradients;
    private readonly TensorStorage? _parameters;
    private readonly Dictionary<ModelTensor, (long Start, Gradient Gradient)> _places = [];
    private readonly List<TensorStorage> _wide = []; // gradients that are added up in another type than the buffer's

    /// <summary>Makes a buffer.</summary>
    /// <param name="tensors">The parameters, and whether each needs a bucket of its own, in the order of the model.</param>
    /// <param name="bucketSize">Elements after which a bucket is full; null for one bucket.</param>
    /// <param name="reduction">How gradients are reduced.</param>
    /// <param name="config">The config.</param>
    internal GradientBuffer(
        IReadOnlyList<(ModelTensor Tensor, bool IsAlone)> tensors,
        long? bucketSize,
        GradientReduction reduction,
        DistributedDataParallelConfig config
    )
    {
        _reduction = reduction;
        _config = config;
        ParameterType = tensors[0].Tensor.DType;
        GradientType = config.GradReduceInFp32 ? DType.F32 : ParameterType;
        BucketLayout layout = BucketLayout.Of(
            [.. tensors.Select(own => (own.Tensor.Shape.ElementCount, own.IsAlone))],
            bucketSize,
            config.UseDistributedOptimizer ? Group.Size : null,
            config.PadBucketsForHighNcclBusbw
        );
        ElementCount = layout.ElementCount;
        _gradients = new(GradientType, [ElementCount]);
        _parameters = config.UseDistributedOptimizer ? new(ParameterType, [ElementCount]) : null;
        foreach ((int i, (ModelTensor tensor, _)) in tensors.Index())
        {
            Place(tensor, layout.Places[i].Start);
        }

        Buckets =
        [
            .. layout.Buckets.Select(
                (bucket, index) =>
                    new GradientBucket(
                        this,
                        index,
                        bucket,
                        [
                            .. tensors
                                .Where((_, i) => layout.Places[i].Bucket == index)
                                .Select(own => own.Tensor)
                                .Reverse(),
                        ]
                    )
            ),
        ];
    }

    /// <summary>Type of the parameters.</summary>
    public DType ParameterType { get; }

    /// <summary>Type in which gradients are reduced.</summary>
    public DType GradientType { get; }

    /// <summary>Number of elements, those that fill up gaps included.</summary>
    public long ElementCount { get; }

    /// <summary>The ranks over which gradients are reduced; with several instances of the optimizer, those of this one's.</summary>
    public ProcessGroup Group => _reduction.Group;

    /// <summary>What gradients are multiplied by before they are reduced.</summary>
    public float Scale => _reduction.Scale;

    /// <summary>Its parts, in the order in which their gradients are ready.</summary>
    public IReadOnlyList<GradientBucket> Buckets { get; }

    /// <summary>The parameters.</summary>
    internal IEnumerable<ModelTensor> Parameters => _places.Keys;

    /// <summary>The gradient of a parameter that is in the buffer.</summary>
    public Gradient GradientOf(ModelTensor parameter) => _places[parameter].Gradient;

    /// <summary>The element of the buffer with which a parameter that is in it, and its gradient, begin.</summary>
    public long StartOf(ModelTensor parameter) => _places[parameter].Start;

    /// <summary>Frees gradients and parameters.</summary>
    public void Dispose()
    {
        _gradients.Dispose();
        _parameters?.Dispose();
        _wide.ForEach(gradient => gradient.Dispose());
    }

    /// <summary>Makes all gradients 0.</summary>
    internal void Clear()
    {
        Elementwise.Clear(_gradients);
        _wide.ForEach(Elementwise.Clear);
    }

    /// <summary>Multiplies all gradients.</summary>
    internal void Multiply(float factor)
    {
        Elementwise.Scale(_gradients, 0, ElementCount, factor);
        _wide.ForEach(gradient => Elementwise.Scale(gradient, 0, gradient.Shape.ElementCount, factor));
    }

    /// <summary>Reduces the gradients of a bucket; with <paramref name="reducesAll"/> every rank gets all of them in any case.</summary>
    /// <exception cref="ArithmeticException">A gradient is NaN or infinite, and the config says to look.</exception>
    internal void Reduce(GradientBucket bucket, bool reducesAll)
    {
        foreach (ModelTensor tensor in bucket.Parameters)
        {
            _places[tensor].Gradient.Send();
        }

        if (_config.CheckForNanInGrad)
        {
            RequireNumbers(bucket);
        }

        long length = bucket.End - bucket.Start;
        if (Scale != 1)
        {
            Elementwise.Scale(_gradients, bucket.Start, length, Scale);
        }

        if (_config.UseDistributedOptimizer && !reducesAll)
        {
            Group.ReduceScatter(_gradients, bucket.Start, length, _reduction.Operation);
        }
        else
        {
            Group.AllReduce(_gradients, bucket.Start, length, _reduction.Operation);
        }

        (long start, long end) = reducesAll ? (bucket.Start, bucket.End) : ShareOf(bucket);
        _reduction.Instances?.AllReduce(_gradients, start, end - start, _reduction.Operation);
        foreach (ModelTensor tensor in bucket.Parameters)
        {
            _places[tensor].Gradient.Receive();
        }
    }

    /// <summary>Gathers the parameters of a bucket, of which each rank has changed its share.</summary>
    internal void Gather(GradientBucket bucket)
    {
        if (_parameters is not null)
        {
            Group.AllGather(_parameters, bucket.Start, bucket.End - bucket.Start);
        }
    }

    /// <summary>The elements of a bucket that this rank gets of a reduction.</summary>
    internal (long Start, long End) ShareOf(GradientBucket bucket)
    {
        if (!_config.UseDistributedOptimizer)
        {
            return (bucket.Start, bucket.End);
        }

        long share = (bucket.End - bucket.Start) / Group.Size;
        long start = bucket.Start + (Group.Rank * share);
        return (start, start + share);
    }

    private void Place(ModelTensor tensor, long start)
    {
        if (_parameters is not null)
        {
            tensor.MoveTo(_parameters.Part(start, tensor.Shape));
        }

        TensorStorage inBuffer = _gradients.Part(start, tensor.Shape);
        if (
            !_config.ParamNamePatternsForFp32LocalAccumulation.Any(pattern =>
                ShellPattern.Matches(pattern, tensor.Name)
            )
        )
        {
            _places.Add(tensor, (start, new(tensor, inBuffer)));
            return;
        }

        TensorStorage wide = new(DType.F32, tensor.Shape);
        _wide.Add(wide);
        _places.Add(tensor, (start, new(tensor, wide, inBuffer)));
    }

    private void RequireNumbers(GradientBucket bucket)
    {
        foreach (ModelTensor tensor in bucket.Parameters)
        {
            long start = _places[tensor].Start;
            long found = Elementwise.FirstNotFinite(_gradients, start, tensor.Shape.ElementCount);
            if (found >= 0)
            {
                throw new ArithmeticException(
                    $"On place {Group.Rank} of the data-parallel ranks {string.Join(", ", Group.Ranks)}, the gradient of {tensor.Name} is "
                        + $"NaN or infinite at element {found - start} before it is reduced (bucket {bucket.Index})."
                );
            }
        }
    }
}
