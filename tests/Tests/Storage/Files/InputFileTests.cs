using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Tests.Storage.Files;

public sealed class InputFileTests
{
    [Fact]
    public void More_files_than_handles_can_be_read_by_several_threads()
    {
        using TemporaryFolder folder = new();
        List<InputFile> files = [];
        for (int i = 0; i < OpenInputs.Limit + 100; i++)
        {
            File.WriteAllBytes(folder[$"{i}"], [(byte)i, (byte)(i >> 8)]);
            files.Add(InputFile.Open(folder[$"{i}"]));
        }

        Parallel.For(
            0,
            20_000,
            k =>
            {
                int i = (int)((uint)(k * 7919) % files.Count);
                Assert.Equal([(byte)i, (byte)(i >> 8)], files[i].Read(0, 2));
            }
        );
        Assert.InRange(OpenInputs.Count, 1, OpenInputs.Limit);
        files.ForEach(file => file.Dispose());
        Assert.Throws<ObjectDisposedException>(() => files[0].Read(0, 1));
    }

    [Fact]
    public void A_missing_file_and_a_range_beyond_the_end_are_refused()
    {
        using TemporaryFolder folder = new();
        Assert.Throws<BadFileException>(() => InputFile.Open(folder["missing"]));
        Assert.Throws<BadFileException>(() => InputFile.Open(folder.Path));

        File.WriteAllBytes(folder["short"], new byte[3]);
        using InputFile file = InputFile.Open(folder["short"]);
        Assert.Equal(3, file.Length);
        Assert.Throws<BadFileException>(() => file.Read(2, 2));
        Assert.Empty(file.Read(3, 0));
    }
}
