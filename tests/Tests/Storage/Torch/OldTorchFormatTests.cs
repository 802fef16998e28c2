using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Torch;

namespace MegatronBridge.Tests.Storage.Torch;

public sealed class OldTorchFormatTests
{
    private const string Name = "pt-misc/legacy_nonzip.pt";

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        byte[] good = TorchFixtures.Bytes(Name);
        for (int length = 0; length < good.Length; length++)
        {
            Refuse(good[..length]);
        }
    }

    [Fact]
    public void A_storage_of_another_size_is_refused()
    {
        byte[] bad = TorchFixtures.Bytes(Name);
        bad[^20]++;
        Assert.Contains("should have 3 elements, 12 bytes", Refuse(bad), StringComparison.Ordinal);
    }

    private static string Refuse(byte[] bytes)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, bytes);
            using InputFile file = InputFile.Open(path);
            return Assert.Throws<BadFileException>(() => TorchFile.Open(file)).Message;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
