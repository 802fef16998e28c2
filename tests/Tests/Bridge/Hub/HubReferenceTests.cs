using MegatronBridge.Hub;

namespace MegatronBridge.Tests.Bridge.Hub;

public sealed class HubReferenceTests
{
    [Theory]
    [InlineData("org/name", "org/name", "main")]
    [InlineData("Qwen/Qwen2.5-0.5B_x", "Qwen/Qwen2.5-0.5B_x", "main")]
    [InlineData("org/name@v1", "org/name", "v1")]
    [InlineData("org/name@refs/pr/3", "org/name", "refs/pr/3")]
    public void A_name_with_or_without_revision_is_read(string text, string repository, string revision)
    {
        HubReference reference = HubReference.TryParse(text)!;
        Assert.Equal((repository, revision), (reference.Repository.ToString(), reference.Revision));
        Assert.Equal(reference, new HubReference(RepositoryId.Parse(repository), revision));
    }

    [Theory]
    [InlineData("name")]
    [InlineData("./name")]
    [InlineData("/org/name")]
    [InlineData("a/b/c")]
    [InlineData("../name")]
    [InlineData("org/..")]
    [InlineData("org/a--b")]
    [InlineData("org/name.git")]
    [InlineData("org/name@")]
    [InlineData("org/name@../x")]
    [InlineData("org/name@a/../../b")]
    [InlineData("org/name@/a")]
    [InlineData("org/name@a\\b")]
    [InlineData("org/name@a\nb")]
    [InlineData("org/name\n")]
    [InlineData("C:\\a/b")]
    [InlineData("~/name")]
    [InlineData("")]
    public void A_path_or_an_unsafe_text_is_none(string text) => Assert.Null(HubReference.TryParse(text));

    [Fact]
    public void Wrong_names_are_refused_with_the_rule()
    {
        Assert.Contains("org/name", Assert.Throws<HubException>(() => RepositoryId.Parse("a b")).Message);
        Assert.Throws<HubException>(() => new HubReference(RepositoryId.Parse("a/b"), "../x"));
        Assert.Equal("gpt2", RepositoryId.Parse("gpt2").ToString());
    }
}
