using MegatronBridge.Ranks;

namespace MegatronBridge.Tests.Bridge.Ranks;

public sealed class ShellPatternTests
{
    [Theory]
    [InlineData("all", "decoder.final_layernorm.weight", true)]
    [InlineData("*", "", true)]
    [InlineData("", "a", false)]
    [InlineData("*.linear_fc?.weight", "decoder.layers.0.mlp.linear_fc1.weight", true)]
    [InlineData("*.linear_fc?.weight", "decoder.layers.0.mlp.linear_fc.weight", false)]
    [InlineData("decoder.layers.[0-3].*", "decoder.layers.2.mlp.bias", true)]
    [InlineData("decoder.layers.[0-3].*", "decoder.layers.4.mlp.bias", false)]
    [InlineData("decoder.layers.[!0-3].*", "decoder.layers.4.mlp.bias", true)]
    [InlineData("a[]]b", "a]b", true)]
    [InlineData("a[b", "a[b", true)]
    [InlineData("*ab*ab", "aabab", true)]
    [InlineData("*ab*ab", "abba", false)]
    public void Names_fit_as_with_fnmatch(string pattern, string name, bool fits) =>
        Assert.Equal(fits, ShellPattern.Matches(pattern, name));
}
