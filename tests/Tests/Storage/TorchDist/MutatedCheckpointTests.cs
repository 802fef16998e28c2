using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.TorchDist;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Storage.TorchDist;

public sealed class MutatedCheckpointTests
{
    [Theory]
    [InlineData("dcp-2rank", 400)]
    [InlineData("dcp-old-metadata-emulated", 400)]
    [InlineData("dcp-4rank-sharded", 400)]
    [InlineData("megatron-dist-fullyparallel-dp2", 100)]
    public void Changed_bits_and_cut_files_lead_to_a_refusal_or_to_nothing(string sample, int rounds)
    {
        using TemporaryFolder folder = new();
        Dictionary<string, byte[]> files = Directory
            .GetFiles(Samples.Folder(sample))
            .Where(path => Path.GetExtension(path) is ".metadata" or ".distcp")
            .ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes);
        foreach ((string name, byte[] bytes) in files)
        {
            File.WriteAllBytes(folder[name], bytes);
        }

        Random random = new(5);
        string[] names = [.. files.Keys.Order(StringComparer.Ordinal)];
        int refused = 0;
        for (int round = 0; round < rounds; round++)
        {
            // The index is the more interesting half.
            string name = round % 2 == 0 ? ".metadata" : names[random.Next(names.Length)];
            File.WriteAllBytes(folder[name], Mutate(files[name], random));
            refused += IsRefused(folder.Path) ? 1 : 0;
            File.WriteAllBytes(folder[name], files[name]);
        }

        Assert.InRange(refused, rounds / 4, rounds);
        Assert.False(IsRefused(folder.Path));
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        byte[] mutated = [.. bytes];
        switch (random.Next(3))
        {
            case 0:
                return mutated[..random.Next(bytes.Length)];
            case 1:
                mutated[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                return mutated;
            default:
                for (int i = 0; i < 8; i++)
                {
                    mutated[random.Next(bytes.Length)] = (byte)random.Next(256);
                }

                return mutated;
        }
    }

    /// <summary>Reads all that there is; any exception but the one for bad files fails the test.</summary>
    private static bool IsRefused(string folder)
    {
        try
        {
            using TorchDistCheckpoint checkpoint = TorchDistCheckpoint.Open(folder);
            checkpoint.Verify();
            checkpoint.CommonState();
            byte[] buffer = new byte[1 << 16];
            foreach (StoredTensor tensor in checkpoint.Index.Tensors)
            {
                TensorView view = checkpoint.Tensor(tensor.Key);
                view.Read(0, buffer.AsSpan(0, (int)Math.Min(view.ByteCount, buffer.Length)));
            }

            return false;
        }
        catch (BadFileException)
        {
            return true;
        }
    }
}
