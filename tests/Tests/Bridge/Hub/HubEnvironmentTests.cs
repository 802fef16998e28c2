using MegatronBridge.Hub;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Bridge.Hub;

public sealed class HubEnvironmentTests
{
    [Theory]
    [InlineData("", "/home/me/.cache/huggingface/hub")]
    [InlineData("XDG_CACHE_HOME=/x", "/x/huggingface/hub")]
    [InlineData("XDG_CACHE_HOME=/x HF_HOME=/h", "/h/hub")]
    [InlineData("HF_HOME=~/h", "/home/me/h/hub")]
    [InlineData("HF_HOME=$BASE/h BASE=/b", "/b/h/hub")]
    [InlineData("HF_HOME=${BASE}h BASE=/b/", "/b/h/hub")]
    [InlineData("HF_HOME=/h HUGGINGFACE_HUB_CACHE=/old", "/old")]
    [InlineData("HUGGINGFACE_HUB_CACHE=/old HF_HUB_CACHE=/new", "/new")]
    public void The_cache_is_where_huggingface_hub_has_it(string variables, string folder) =>
        Assert.Equal(folder, Options(variables).CacheFolder);

    [Fact]
    public void The_token_comes_from_the_environment_else_from_the_stored_file()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["token"], "hf_stored\n");
        File.WriteAllText(folder["other"], "hf_other");
        string home = $"HF_HOME={folder.Path}";
        Assert.Equal("hf_stored", Options(home).Token!.Value);
        Assert.Equal("hf_other", Options($"{home} HF_TOKEN_PATH={folder["other"]}").Token!.Value);
        Assert.Equal("hf_old", Options($"{home} HUGGING_FACE_HUB_TOKEN=hf_old").Token!.Value);
        Assert.Equal("hf_new", Options($"{home} HUGGING_FACE_HUB_TOKEN=hf_old HF_TOKEN=hf_new").Token!.Value);
        Assert.Null(Options($"{home} HF_TOKEN=hf_new HF_HUB_DISABLE_IMPLICIT_TOKEN=1").Token);
        Assert.Null(Options($"HF_HOME={folder["none"]}").Token);
    }

    [Fact]
    public void A_token_is_never_printed()
    {
        HubOptions options = Options("HF_TOKEN=hf_secret");
        Assert.DoesNotContain("hf_secret", $"{options} {options.Token}");
        Assert.DoesNotContain("bad\tone", Assert.Throws<HubException>(() => new HubToken("bad\tone")).Message);
    }

    [Fact]
    public void Other_settings_are_read()
    {
        HubOptions options = Options(
            "HF_ENDPOINT=https://mirror.example/ HF_HUB_OFFLINE=yes HF_HUB_DISABLE_SYMLINKS=1 HF_HUB_ETAG_TIMEOUT=3 HF_HUB_DOWNLOAD_TIMEOUT=77"
        );
        Assert.Equal("https://mirror.example/", options.Endpoint.AbsoluteUri);
        Assert.True(options.Offline);
        Assert.True(options.WithoutLinks);
        Assert.Equal(
            (3, 3, 77),
            (options.AnswerTimeout.Seconds, options.ConnectTimeout.Seconds, options.DownloadTimeout.TotalSeconds)
        );
        Assert.True(Options("TRANSFORMERS_OFFLINE=1").Offline);
        Assert.False(Options("HF_HUB_OFFLINE=0").Offline);
    }

    [Theory]
    [InlineData("HF_ENDPOINT=mirror")]
    [InlineData("HF_ENDPOINT=ftp://mirror")]
    [InlineData("HF_HUB_ETAG_TIMEOUT=soon")]
    [InlineData("HF_HUB_DOWNLOAD_TIMEOUT=-1")]
    public void A_value_that_makes_no_sense_is_refused_by_name(string variables)
    {
        HubException e = Assert.Throws<HubException>(() => Options(variables));
        Assert.Contains(variables.Split('=')[0], e.Message);
    }

    private static HubOptions Options(string variables)
    {
        Dictionary<string, string> environment = variables
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        environment.TryAdd("HOME", "/home/me");
        return HubOptions.FromEnvironment(environment.GetValueOrDefault);
    }
}
