using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>
/// The rows that one rank has of a tensor that data-parallel ranks share out: as torch's FSDP2 does it, equally many for each rank, rounded up,
/// so that the last ranks may have fewer or none.
/// </summary>
public sealed class ParameterShard : IDisposable
{
    private readonly Shape _whole;
    private readonly long _rowsOfRank;
    private TensorStorage? _gathered; // as long as all shards together, which may be more than the tensor
    private int _scopes; // that need it

    internal ParameterShard(TensorStorage tensor, ProcessGroup group)
    {
        Group = group;
        _whole = tensor.Shape;
        long rows = _whole[0];
        _rowsOfRank = (rows + group.Size - 1) / group.Size;
        FirstRow = Math.Min(rows, group.Rank * _rowsOfRank);
        Shape = _whole.With(0, Math.Min(_rowsOfRank, rows - FirstRow));
        Rows = new(tensor.DType, Shape);
        if (Shape[0] > 0)
        {
            Elementwise.Copy(tensor.Slice(0, FirstRow, Shape[0]), Rows);
        }
    }

    /// <summary>The ranks that share the tensor.</summary>
    public ProcessGroup Group { get; }

    /// <summary>The first row of the tensor that this rank has.</summary>
    public long FirstRow { get; }

    /// <summary>Shape of the rows together.</summary>
    public Shape Shape { get; }

    /// <summary>The rows.</summary>
    public TensorView View => Rows;

    internal TensorStorage Rows { get; }

    /// <summary>The whole tensor, while it is gathered.</summary>
    internal TensorStorage? Whole => _gathered?.Part(0, _whole);

    /// <summary>Some of the row-major contents of the rows, to be read or changed; valid while the shard is reachable.</summary>
    public Span<byte> Bytes(long offset, int length) => Rows.Bytes(offset, length);

    /// <summary>Frees the contents.</summary>
    public void Dispose()
    {
        Rows.Dispose();
        _gathered?.Dispose();
    }

    /// <summary>A scope in which the whole tensor is here. What is changed in it is not kept.</summary>
    internal IDisposable Gather()
    {
        if (_scopes++ == 0)
        {
            TensorStorage all = Spread(Rows.DType);
            Elementwise.Copy(Rows, PartIn(all));
            Group.AllGather(all, 0, all.Shape.ElementCount);
            _gathered = all;
        }

        return new GatherScope(this);
    }

    /// <summary>Adds to <paramref name="rows"/>, which are like this rank's, the mean of what all ranks have computed for the whole tensor.</summary>
    internal void ReduceInto(TensorStorage rows, TensorView whole)
    {
        using TensorStorage all = Spread(rows.DType);
        Elementwise.Copy(whole, all.Part(0, _whole));
        Group.ReduceScatter(all, 0, all.Shape.ElementCount, ReduceOperation.Mean);
        Elementwise.Add(rows, PartIn(all));
    }

    /// <summary>Memory for the shards of all ranks.</summary>
    private TensorStorage Spread(DType dtype) => new(dtype, _whole.With(0, _rowsOfRank * Group.Size));

    private TensorStorage PartIn(TensorStorage all) =>
        all.Part(Math.Min(all.Shape.ElementCount - Shape.ElementCount, FirstRow * _whole.CountFrom(1)), Shape);

    private void Release()
    {
        if (--_scopes == 0)
        {
            _gathered?.Dispose();
            _gathered = null;
        }
    }

    private sealed class GatherScope(ParameterShard shard) : IDisposable
    {
        private bool _isOver;

        public void Dispose()
        {
            if (!_isOver)
            {
                _isOver = true;
                shard.Release();
            }
        }
    }
}
