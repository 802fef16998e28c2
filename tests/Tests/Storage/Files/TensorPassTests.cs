using System.Security.Cryptography;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Storage.Files;

public sealed class TensorPassTests
{
    private static readonly TransferOptions Options = new() { Workers = 3 };

    private static readonly TensorView[] Tensors = [.. new[] { 7_000_000, 0, 5, 3 << 20, 100 }.Select(Noise)];

    [Fact]
    public async Task Each_byte_is_seen_once()
    {
        byte[][] seen = Array.ConvertAll(Tensors, tensor => new byte[tensor.ByteCount]);
        int pieces = 0;
        await TensorPass.ForEachPieceAsync(
            Tensors,
            (tensor, offset, bytes) =>
            {
                Interlocked.Increment(ref pieces);
                Span<byte> place = seen[tensor].AsSpan((int)offset, bytes.Length);
                for (int i = 0; i < bytes.Length; i++)
                {
                    place[i] += bytes[i];
                }
            },
            options: Options
        );
        Assert.Equal(3 + 1 + 1 + 1 + 1, pieces);
        Assert.Equal(Tensors.Select(tensor => tensor.ToArray()), seen);
    }

    [Fact]
    public async Task In_order_means_that_each_tensor_can_be_hashed()
    {
        IncrementalHash[] hashes = Array.ConvertAll(Tensors, _ => IncrementalHash.CreateHash(HashAlgorithmName.SHA256));
        await TensorPass.ForEachPieceAsync(
            Tensors,
            (tensor, _, bytes) => hashes[tensor].AppendData(bytes),
            inOrder: true,
            options: Options
        );
        Assert.Equal(
            Tensors.Select(tensor => SHA256.HashData(tensor.ToArray())),
            hashes.Select(hash => hash.GetHashAndReset())
        );
    }

    [Fact]
    public async Task Pairs_are_read_side_by_side()
    {
        TensorView other = Noise(7_000_001).Slice(0, 1, 7_000_000);
        long differences = 0;
        await TensorPass.ForEachPairAsync(
            [(Tensors[0], Tensors[0]), (Tensors[0], other)],
            (pair, offset, left, right) =>
            {
                Assert.True(pair == 1 || left.SequenceEqual(right));
                Interlocked.Add(ref differences, left.Length - left.CommonPrefixLength(right));
            },
            Options
        );
        Assert.InRange(differences, 6_000_000, 7_000_000);
        await Assert.ThrowsAsync<ArgumentException>(() =>
            TensorPass.ForEachPairAsync([(Tensors[0], Tensors[2])], (_, _, _, _) => { })
        );
    }

    [Fact]
    public async Task A_fault_in_the_action_comes_out()
    {
        await Assert.ThrowsAsync<InvalidDataException>(() =>
            TensorPass.ForEachPieceAsync(Tensors, (_, _, _) => throw new InvalidDataException("x"))
        );
    }

    private static TensorView Noise(int size)
    {
        byte[] bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return new MemoryView(DType.U8, [size], bytes);
    }
}
