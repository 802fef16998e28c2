using System.Buffers;
using System.Runtime.InteropServices;
using MegatronBridge.Initialization;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>
/// Gives a model the weights with which a training begins, distributed as its config says. The numbers follow from the seed, the name of a
/// parameter and the place of an element in it, and are the same on every machine; they are not those of torch.
/// </summary>
public static class WeightInitialization
{
    private const int Piece = 1 << 14; // elements

    /// <summary>Draws the same model for a seed in every layout: each rank has its part of it, and replicas are equal.</summary>
    /// <param name="models">This rank's parts of the model.</param>
    /// <param name="seed">The seed; any number.</param>
    /// <param name="dataParallelRandomInit">True for another model on each data-parallel rank.</param>
    /// <exception cref="UnsupportedModelException">The config names a method that is not known.</exception>
    /// <exception cref="InvalidOperationException">The model has no contents.</exception>
    public static void Initialize(IReadOnlyList<MegatronModel> models, long seed, bool dataParallelRandomInit = false)
    {
        const long OfReplica = 10;
        ParallelState parallel = models[0].Parallel;
        long own = dataParallelRandomInit ? seed + (OfReplica * parallel.Grid.Dp(parallel.Rank)) : seed;
        ForEachTensor(
            models,
            (tensor, values) =>
            {
                CounterRandom random = new(own, tensor.Place.Parameter.Name);
                foreach (Stretch stretch in StretchesOf(tensor))
                {
                    Fill(tensor, values, random, stretch);
                }
            }
        );
    }

    /// <summary>
    /// Draws from the rank's own streams, as Megatron does: tensor parallel ranks have other numbers in what they share, the same in what all
    /// have; another layout is another model.
    /// </summary>
    /// <param name="models">This rank's parts of the model.</param>
    /// <param name="seeds">The rank's seeds.</param>
    /// <exception cref="UnsupportedModelException">The config names a method that is not known.</exception>
    /// <exception cref="InvalidOperationException">The model has no contents.</exception>
    public static void Initialize(IReadOnlyList<MegatronModel> models, RankSeeds seeds) =>
        ForEachTensor(
            models,
            (tensor, values) =>
            {
                // A copy is what its owner on another stage has.
                RankSeeds own = seeds.OnStage(tensor.Place.Parameter.Stage - models[0].Parallel.Pipeline.Rank);
                long seed =
                    tensor.Place.Parameter.Expert is not null ? own.Expert
                    : tensor.Place.Parameter.Cut.Axis is null ? own.Default
                    : own.Tensor;
                Fill(tensor, values, new(seed, tensor.Place.Parameter.Name), new(0, 0, tensor.Shape.ElementCount));
            }
        );

    private static void ForEachTensor(IReadOnlyList<MegatronModel> models, Action<ModelTensor, InitialValues> draw)
    {
        foreach (MegatronModel model in models)
        {
            foreach (ModelTensor tensor in model.Tensors.Where(tensor => tensor.DType.IsWideFloat()))
            {
                InitialValues values = InitialRules.Of(tensor.Place.Parameter, model.Provider);
                if (!values.IsRandom || model.Provider.PerformInitialization)
                {
                    draw(tensor, values);
                }
            }
        }
    }

    /// <summary>What lies side by side in a rank's part of a parameter and in the whole, too.</summary>
    private static IEnumerable<Stretch> StretchesOf(ModelTensor tensor)
    {
        RankParameter place = tensor.Place;
        if (place.Parameter.Cut.Axis is not int axis)
        {
            yield return new(0, 0, tensor.Shape.ElementCount);
            yield break;
        }

        Shape whole = place.Parameter.Shape;
        long inner = whole.CountFrom(axis + 1);
        long done = 0; // along the axis
        foreach (Box piece in place.Pieces)
        {
            long length = piece.Sizes[axis] * inner;
            for (long outer = 0; outer < whole.CountBefore(axis); outer++)
            {
                yield return new(
                    (outer * tensor.Shape.CountFrom(axis)) + (done * inner),
                    (outer * whole.CountFrom(axis)) + (piece.Offsets[axis] * inner),
                    length
                );
            }

            done += piece.Sizes[axis];
        }
    }

    /// <summary>Fills the elements of a stretch, or those that this data-parallel rank has of them.</summary>
    private static void Fill(ModelTensor tensor, InitialValues values, CounterRandom random, Stretch stretch)
    {
        TensorStorage storage = tensor.Shard?.Rows ?? tensor.Storage;
        long before = tensor.Shard is { } shard ? shard.FirstRow * tensor.Shape.CountFrom(1) : 0;
        long first = Math.Max(stretch.InRank, before);
        long last = Math.Min(stretch.InRank + stretch.Count, before + storage.Shape.ElementCount);
        int size = tensor.DType.BitCount() / 8;
        float[] rented = ArrayPool<float>.Shared.Rent(Piece);
        for (long at = first; at < last; at += Piece)
        {
            Span<float> numbers = rented.AsSpan(0, (int)Math.Min(Piece, last - at));
            values.Fill(random, stretch.InWhole + (at - stretch.InRank), numbers);
            FloatCast.Convert(
                DType.F32,
                MemoryMarshal.AsBytes(numbers),
                tensor.DType,
                storage.Bytes((at - before) * size, numbers.Length * size)
            );
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    /// <summary>Elements that are side by side, on the rank and in whatever decides their numbers.</summary>
    private readonly record struct Stretch(long InRank, long InWhole, long Count);
}
