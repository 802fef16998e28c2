using MegatronBridge.Cli.Output;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Tests.Cli.Output;

public sealed class ProgressLineTests
{
    [Theory]
    [InlineData(0, 0, "import  0 B of 4.00 GB    0 %")]
    [InlineData(1_000_000_000, 2, "import  1.00 GB of 4.00 GB   25 %  500 MB/s  0:06 left")]
    [InlineData(1_000_000, 60, "import  1.00 MB of 4.00 GB    0 %  16.7 KB/s  66:39:00 left")]
    [InlineData(4_000_000_000, 1, "import  4.00 GB of 4.00 GB  100 %  4.00 GB/s  0:00 left")]
    public void The_line_has_amount_rate_and_time_left(long done, int seconds, string expected) =>
        Assert.Equal(
            expected,
            ProgressLine.Describe("import", new(done, 4_000_000_000), TimeSpan.FromSeconds(seconds))
        );

    [Fact]
    public async Task Nothing_is_written_when_there_is_no_screen()
    {
        using StringWriter error = new();
        using (ProgressLine line = new(new() { Out = Stream.Null, Error = error }, "import"))
        {
            line.Report(new(1, 2));
            await Task.Delay(300);
        }

        Assert.Empty(error.ToString());
    }

    [Fact]
    public async Task The_line_is_written_over_and_gone_at_the_end()
    {
        using StringWriter error = new();
        using (
            ProgressLine line = new(
                new()
                {
                    Out = Stream.Null,
                    Error = error,
                    ShowsProgress = true,
                },
                "import"
            )
        )
        {
            line.Report(new(1, 2));
            for (int i = 0; i < 100 && error.ToString().Length == 0; i++)
            {
                await Task.Delay(50);
            }
        }

        Assert.StartsWith("\rimport  1 B of 2 B   50 %", error.ToString());
        Assert.EndsWith(" \r", error.ToString());
    }
}
