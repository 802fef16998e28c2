using MegatronBridge.Cpu.Generation;

namespace MegatronBridge.Tests.Cpu.Generation;

public sealed class StopTextTests
{
    [Theory]
    [InlineData("one two END three", "END", "one two ")]
    [InlineData("one EN two", "END", "one EN two")]
    [InlineData("one E", "END", "one E")]
    [InlineData("ababc", "abc", "ab")]
    [InlineData("", "x", "")]
    public void Text_ends_before_a_stop_string_however_it_comes(string text, string stop, string expected)
    {
        for (int size = 1; size <= Math.Max(1, text.Length); size++)
        {
            StopText stops = new([stop, "never"]);
            string given = "";
            for (int i = 0; i < text.Length && !stops.IsFound; i += size)
            {
                given += stops.Add(text.Substring(i, Math.Min(size, text.Length - i)));
                Assert.StartsWith(given, expected, StringComparison.Ordinal);
            }

            Assert.Equal(expected, given + stops.Finish());
            Assert.Equal(text.Contains(stop, StringComparison.Ordinal), stops.IsFound);
        }
    }

    [Fact]
    public void The_first_of_several_counts()
    {
        StopText stops = new(["two", "one"]);
        Assert.Equal("a ", stops.Add("a one two"));
        Assert.True(stops.IsFound);
    }
}
