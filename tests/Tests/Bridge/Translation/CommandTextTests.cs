using MegatronBridge.Translation;

namespace MegatronBridge.Tests.Bridge.Translation;

public sealed class CommandTextTests
{
    [Theory]
    [InlineData("a  b\tc", "a|b|c")]
    [InlineData("--x 'a b' \"c d\"", "--x|a b|c d")]
    [InlineData("a \\\n  b", "a|b")]
    [InlineData("a \\\r\n  b", "a|b")]
    [InlineData("a # rest\nb", "a|b")]
    [InlineData("a#b", "a#b")]
    [InlineData("a\\ b ''", "a b|")]
    [InlineData("\"a\\\"b\"", "a\"b")]
    [InlineData("", "")]
    public void A_text_is_taken_apart_as_a_shell_does(string text, string words) =>
        Assert.Equal(words, string.Join('|', CommandText.Words(text)));
}
