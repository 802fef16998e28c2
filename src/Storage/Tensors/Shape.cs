using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace MegatronBridge.Storage.Tensors;

/// <summary>The sizes of a tensor's dimensions, outermost first; no dimensions for a scalar. Immutable, compared by value.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "A shape is not a collection that one would name so")]
[System.Runtime.CompilerServices.CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>, IReadOnlyList<long>
{
    private readonly long[]? _sizes;

    /// <summary>Makes a shape; sizes must not be negative and their product must fit 64 bits.</summary>
    public Shape(params ReadOnlySpan<long> sizes)
    {
        foreach (long size in sizes)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(size, nameof(sizes));
        }

        _sizes = sizes.ToArray();
        ElementCount =
            Product(sizes) ?? throw new ArgumentException($"The product of {this} exceeds 64 bits.", nameof(sizes));
    }

    private Shape(long[] sizes, long elementCount)
    {
        _sizes = sizes;
        ElementCount = elementCount;
    }

    /// <summary>The shape without dimensions.</summary>
    public static Shape Scalar { get; } = new([]);

    /// <summary>Number of dimensions.</summary>
    public int Rank => Sizes.Length;

    /// <summary>Product of all sizes; 1 for a scalar.</summary>
    public long ElementCount { get; }

    /// <inheritdoc/>
    int IReadOnlyCollection<long>.Count => Rank;

    private long[] Sizes => _sizes ?? [];

    /// <summary>Size of dimension <paramref name="axis"/>.</summary>
    public long this[int axis] => Sizes[axis];

    /// <summary>Makes a shape from a collection expression.</summary>
    public static Shape Create(ReadOnlySpan<long> sizes) => new(sizes);

    /// <summary>As many zeros as a tensor has dimensions: the offsets of its first element.</summary>
    public static Shape Origin(int rank) => rank == 0 ? Scalar : new(new long[rank], 0);

    /// <summary>Product of <paramref name="sizes"/>, or null when it exceeds 64 bits.</summary>
    public static long? Product(ReadOnlySpan<long> sizes)
    {
        if (sizes.Contains(0))
        {
            return 0;
        }

        long product = 1;
        foreach (long size in sizes)
        {
            long high = Math.BigMul(product, size, out product);
            if (high != 0 || product < 0)
            {
                return null;
            }
        }

        return product;
    }

    /// <summary>Product of the dimensions from <paramref name="axis"/> on.</summary>
    public long CountFrom(int axis) => Product(Sizes.AsSpan(axis))!.Value;

    /// <summary>Product of the dimensions before <paramref name="axis"/>.</summary>
    public long CountBefore(int axis) => Product(Sizes.AsSpan(0, axis))!.Value;

    /// <summary>The same shape with another size of one dimension.</summary>
    public Shape With(int axis, long size)
    {
        if (size == Sizes[axis])
        {
            return this;
        }

        Span<long> sizes = stackalloc long[Rank];
        Sizes.CopyTo(sizes);
        sizes[axis] = size;
        return new(sizes);
    }

    /// <summary>The same shape with a new outermost dimension.</summary>
    public Shape Prepend(long size) => new([size, .. Sizes]);

    /// <summary>The same shape without its first <paramref name="count"/> dimensions.</summary>
    public Shape Skip(int count) => new(Sizes.AsSpan(count));

    /// <summary>Row-major strides in elements.</summary>
    public long[] RowMajorStrides()
    {
        long[] strides = new long[Rank];
        long stride = 1;
        for (int axis = Rank - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= Math.Max(1, Sizes[axis]);
        }

        return strides;
    }

    /// <summary>The sizes as a span.</summary>
    public ReadOnlySpan<long> AsSpan() => Sizes;

    /// <inheritdoc/>
    public bool Equals(Shape other) => Sizes.AsSpan().SequenceEqual(other.Sizes);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (long size in Sizes)
        {
            hash.Add(size);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<long> GetEnumerator() => ((IEnumerable<long>)Sizes).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>For example <c>[4, 128, 64]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", Sizes)}]";

    /// <summary>Compares by value.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Compares by value.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);
}
