using System.CommandLine;
using MegatronBridge.Cli.Parsing;

namespace MegatronBridge.Tests.Cli.Parsing;

public sealed class SettingsOptionTests
{
    [Fact]
    public void Settings_may_be_given_many_times_and_keep_their_order()
    {
        ParseResult parsed = Parse("--set a=1 --set b=x=y --set a=[2,3] rest", out SettingsOption option);
        IReadOnlyList<KeyValuePair<string, string>> settings = parsed.GetValue(option)!;
        Assert.Equal([new("a", "1"), new("b", "x=y"), new("a", "[2,3]")], settings);
        Assert.Equal(["rest"], parsed.UnmatchedTokens);
    }

    [Fact]
    public void Without_settings_the_list_is_empty() =>
        Assert.Empty(Parse("", out SettingsOption option).GetValue(option)!);

    [Theory]
    [InlineData("--set a")]
    [InlineData("--set =1")]
    public void A_setting_needs_a_field_and_a_value(string arguments) =>
        Assert.Contains("FIELD=VALUE", Assert.Single(Parse(arguments, out _).Errors).Message);

    private static ParseResult Parse(string arguments, out SettingsOption option)
    {
        option = new("Sets a field.");
        Command command = new("test") { option };
        command.TreatUnmatchedTokensAsErrors = false;
        return command.Parse(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }
}
