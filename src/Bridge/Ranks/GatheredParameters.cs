using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>
/// The whole parameters of a model that lies on several ranks. Reading one gathers it on all ranks, so all of them must read the same in
/// the same order. One parameter at a time is in memory beside the rank's own part.
/// </summary>
public sealed class GatheredParameters : IParameterSource
{
    private const int Piece = 64 << 20;
    private readonly ParallelState _parallel;
    private readonly ModelProvider _provider;
    private readonly HashSet<string> _names; // of all parameters
    private readonly Dictionary<string, ModelTensor> _own;
    private (ModelParameter Parameter, TensorView Whole)? _last;

    /// <summary>Gathers what <paramref name="models"/>, this rank's parts of the model, have here and on the other ranks.</summary>
    public GatheredParameters(IReadOnlyList<MegatronModel> models)
    {
        _parallel = models[0].Parallel;
        _provider = models[0].Provider;
        _names = [.. models[0].Table.Parameters.Select(parameter => parameter.Name)];
        _own = MegatronModel.Owned(models);
    }

    /// <inheritdoc/>
    public IEnumerable<string> Unused => [];

    /// <inheritdoc/>
    public TensorView? Find(ModelParameter parameter) =>
        _names.Contains(parameter.Name)
            ? new Gathered(this, parameter, MegatronModel.TypeOf(parameter, _provider))
            : null;

    private TensorView Whole(ModelParameter parameter)
    {
        if (_last is not { } last || last.Parameter.Name != parameter.Name)
        {
            _last = null; // before the next one takes its memory
            _last = (parameter, Gather(parameter));
        }

        return _last.Value.Whole;
    }

    private TensorView Gather(ModelParameter parameter)
    {
        List<(long Start, TensorView View)> parts = [];
        int axis = parameter.Cut.Axis ?? 0;
        foreach ((int owner, RankParameter held) in Owners(parameter))
        {
            TensorStorage storage = new(MegatronModel.TypeOf(parameter, _provider), held.Shape);
            bool isOwn = owner == _parallel.Rank;
            using IDisposable? scope = _parallel.DataAndContext.Ranks.Contains(owner)
                ? _own.GetValueOrDefault(parameter.Name)?.Gather()
                : null;
            TensorView? own = isOwn ? _own[parameter.Name].View : null;
            for (long offset = 0; offset < storage.ByteCount; offset += Piece)
            {
                Span<byte> bytes = storage.Bytes(offset, (int)Math.Min(Piece, storage.ByteCount - offset));
                own?.Read(offset, bytes);
                _parallel.World.Broadcast(bytes, owner);
            }

            long done = 0;
            foreach (Box box in held.Pieces)
            {
                if (parameter.Cut.Axis is null)
                {
                    return storage;
                }

                parts.Add((box.Offsets[axis], storage.Slice(axis, done, box.Sizes[axis])));
                done += box.Sizes[axis];
            }
        }

        return TensorViews.Concat(axis, [.. parts.OrderBy(part => part.Start).Select(part => part.View)]);
    }

    /// <summary>The first rank with each piece of a parameter, and what it holds.</summary>
    private IEnumerable<(int Rank, RankParameter Held)> Owners(ModelParameter parameter)
    {
        RankGrid grid = _parallel.Grid;
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

    /// <summary>A whole parameter, gathered when somebody reads it.</summary>
    private sealed class Gathered(GatheredParameters source, ModelParameter parameter, DType dtype)
        : TensorView(dtype, parameter.Shape)
    {
        protected override void ReadCore(long offset, Span<byte> destination) =>
            source.Whole(parameter).Read(offset, destination);
    }
}
