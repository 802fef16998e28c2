using MegatronBridge.Cli.Output;

namespace MegatronBridge.Tests.Cli.Output;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("4096", 4096L)]
    [InlineData("256MB", 256_000_000L)]
    [InlineData("256 mb", 256_000_000L)]
    [InlineData("1.5GiB", 1_610_612_736L)]
    [InlineData("2G", 2_000_000_000L)]
    [InlineData("7B", 7L)]
    [InlineData("", null)]
    [InlineData("MB", null)]
    [InlineData("-1MB", null)]
    [InlineData("1e3", null)]
    [InlineData("9999999999TB", null)]
    [InlineData("12 parsecs", null)]
    public void Sizes_are_read_as_people_write_them(string text, long? bytes) =>
        Assert.Equal(bytes, ByteSize.Parse(text));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.00 KB")]
    [InlineData(12_345, "12.3 KB")]
    [InlineData(999_999, "1.00 MB")]
    [InlineData(2_471_645_608, "2.47 GB")]
    [InlineData(long.MaxValue, "9.22 EB")]
    public void Sizes_are_written_with_three_digits(long bytes, string text) =>
        Assert.Equal(text, ByteSize.Format(bytes));
}
