using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Storage.Files;
using MegatronBridge.Tests.Storage.TorchDist;

namespace MegatronBridge.Tests.Bridge.LegacyTorch;

/// <summary>Damaged files of ranks are refused, or read as something else, but nothing worse.</summary>
public sealed class MutatedRanksTests
{
    private const string FileName = "model_optim_rng.pt";

    [Fact]
    public void Changed_bits_and_cut_files_lead_to_a_refusal_or_to_nothing()
    {
        using TemporaryFolder folder = new();
        string source = Samples.Folder("legacy-torch-mp_rank/iter_0000010");
        Dictionary<string, byte[]> files = Directory
            .GetDirectories(source)
            .ToDictionary(path => Path.GetFileName(path), path => File.ReadAllBytes(Path.Combine(path, FileName)));
        foreach ((string name, byte[] bytes) in files)
        {
            Directory.CreateDirectory(folder[name]);
            File.WriteAllBytes(folder[$"{name}/{FileName}"], bytes);
        }

        Random random = new(6);
        string[] names = [.. files.Keys.Order(StringComparer.Ordinal)];
        int refused = 0;
        const int Rounds = 600;
        for (int round = 0; round < Rounds; round++)
        {
            // The first file's arguments are the config.
            string name = round % 2 == 0 ? names[0] : names[random.Next(names.Length)];
            File.WriteAllBytes(folder[$"{name}/{FileName}"], Mutate(files[name], random));
            refused += IsRefused(folder.Path) ? 1 : 0;
            File.WriteAllBytes(folder[$"{name}/{FileName}"], files[name]);
        }

        Assert.InRange(refused, Rounds / 4, Rounds);
        Assert.False(IsRefused(folder.Path));
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        byte[] mutated = [.. bytes];
        if (random.Next(4) == 0)
        {
            return mutated[..random.Next(bytes.Length)];
        }

        // The pickle is at the front, and most of what follows is numbers that may be any.
        int end = random.Next(3) == 0 ? bytes.Length : Math.Min(bytes.Length, 6000);
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            mutated[random.Next(end)] ^= (byte)(1 << random.Next(8));
        }

        return mutated;
    }

    private static bool IsRefused(string folder)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using MegatronCheckpoint checkpoint = MegatronCheckpoint.Open(folder);
            foreach (string name in checkpoint.Names)
            {
                TensorView view = checkpoint.Find(name)!;
                view.Read(0, new byte[Math.Min(view.ByteCount, 1 << 16) / 8 * 8]);
            }

            return false;
        }
        catch (Exception e)
            when (e
                    is BadFileException
                        or MappingException
                        or InvalidConfigException
                        or LayoutException
                        or UnsupportedModelException
            )
        {
            return true;
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 512 << 20);
        }
    }
}
