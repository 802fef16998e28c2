using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Tests.Storage.Files;

public sealed class DiskSpaceTests
{
    [Fact]
    public void Too_small_a_disk_is_refused_with_the_numbers()
    {
        string future = Path.Combine(Path.GetTempPath(), "not", "yet", "there");
        DiskSpace.Require(future, 1);
        BadFileException e = Assert.Throws<BadFileException>(() => DiskSpace.Require(future, long.MaxValue));
        Assert.Contains($"{long.MaxValue} bytes are needed", e.Message, StringComparison.Ordinal);
        Assert.InRange(DiskSpace.FreeBytes(future), 1, long.MaxValue - 1);
    }
}
