using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>Brings the parts of a parameter that lies on several ranks together: on all of them, or on one.</summary>
internal sealed class ParameterGather
{
    private const int Piece = 16 << 20;
    private readonly Dictionary<string, ModelTensor> _own;
    private readonly IReadOnlyList<MegatronModel> _models;

    /// <summary>Gathers from <paramref name="models"/>, this rank's parts of the model, and those of the other ranks.</summary>
    public ParameterGather(IReadOnlyList<MegatronModel> models)
    {
        _models = models;
        _own = MegatronModel.Owned(models);
    }

    private ParallelState Parallel => _models[0].Parallel;

    /// <summary>
    /// The whole parameter. All ranks must ask for the same. What this rank has itself is read where it is,
    /// unless data-parallel ranks share it out.
    /// </summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="root">The rank that gets it; null for all of them.</param>
    /// <param name="copied">The bytes that were received from other ranks.</param>
    /// <returns>Null on ranks that do not get it.</returns>
    public TensorView? Whole(ModelParameter parameter, int? root, out long copied)
    {
        copied = 0;
        List<(long Start, TensorView View)> parts = [];
        bool gets = root is null || root == Parallel.Rank;
        foreach ((int owner, RankParameter held) in Owners(parameter))
        {
            ModelTensor? own = _own.GetValueOrDefault(parameter.Name);
            bool isShared = own?.Shard?.Group.Ranks.Contains(owner) == true; // by rows, over data-parallel ranks
            using IDisposable? scope = isShared ? own!.Gather() : null;
            TensorView part;
            if (owner == Parallel.Rank)
            {
                part = isShared && gets ? Copy(own!.View) : own!.View;
                Exchange(own.ByteCount, own.Bytes, owner, root);
            }
            else if (gets)
            {
                TensorStorage received = new(MegatronModel.TypeOf(parameter, _models[0].Provider), held.Shape);
                part = received;
                Exchange(received.ByteCount, received.Bytes, owner, root);
                copied += received.ByteCount;
            }
            else
            {
                continue;
            }

            AddPieces(parts, parameter, held, part);
        }

        return !gets ? null
            : parts is [var only] && only.View.Shape == parameter.Shape ? only.View
            : TensorViews.Concat(
                parameter.Cut.Axis ?? 0,
                [.. parts.OrderBy(part => part.Start).Select(part => part.View)]
            );
    }

    private static TensorStorage Copy(TensorView view)
    {
        TensorStorage copy = new(view.DType, view.Shape);
        for (long offset = 0; offset < view.ByteCount; offset += Piece)
        {
            int length = (int)Math.Min(Piece, view.ByteCount - offset);
            view.Read(offset, copy.Bytes(offset, length));
        }

        return copy;
    }

    private delegate Span<byte> Bytes(long offset, int length);

    /// <summary>Sends what the owner has, piece by piece, to all ranks or to one.</summary>
    private void Exchange(long byteCount, Bytes bytes, int owner, int? root)
    {
        if (root == owner)
        {
            return;
        }

        for (long offset = 0; offset < byteCount; offset += Piece)
        {
            Span<byte> piece = bytes(offset, (int)Math.Min(Piece, byteCount - offset));
            if (root is not { } receiver)
            {
                Parallel.World.Broadcast(piece, owner);
            }
            else if (owner == Parallel.Rank)
            {
                Parallel.World.Send(piece, receiver);
            }
            else
            {
                Parallel.World.Receive(piece, owner);
            }
        }
    }

    private static void AddPieces(
        List<(long Start, TensorView View)> parts,
        ModelParameter parameter,
        RankParameter held,
        TensorView view
    )
    {
        if (parameter.Cut.Axis is not int axis)
        {
            parts.Add((0, view));
            return;
        }

        long done = 0;
        foreach (Box box in held.Pieces)
        {
            parts.Add((box.Offsets[axis], view.Slice(axis, done, box.Sizes[axis])));
            done += box.Sizes[axis];
        }
    }

    /// <summary>The first rank with each piece of a parameter, and what it holds.</summary>
    private IEnumerable<(int Rank, RankParameter Held)> Owners(ModelParameter parameter)
    {
        RankGrid grid = Parallel.Grid;
        HashSet<long> starts = [];
        foreach (int rank in grid.Stage(parameter.Stage))
        {
            RankPlace place = RankPlace.Of(grid, rank);
            if (!place.HasExpertOf(parameter, grid.Sizes))
            {
                continue;
            }

            RankParameter held = RankParameter.Of(parameter, parameter.Name, grid.Sizes, place);
            if (starts.Add(parameter.Cut.Axis is int axis ? held.Pieces[0].Offsets[axis] : 0))
            {
                yield return (rank, held);
            }
        }
    }
}
