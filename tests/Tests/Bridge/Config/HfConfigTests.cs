using System.Text;
using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Storage;

namespace MegatronBridge.Tests.Bridge.Config;

public sealed class HfConfigTests
{
    private readonly HfConfig _config = HfConfig.Parse(
        Encoding.UTF8.GetBytes(
            """
            {
              "architectures": ["A"], "model_type": "m", "n": 3, "x": 1e-5, "big": 99999999999, "no": null, "on": true,
              "rope_scaling": {"factor": 8.0, "type": "llama3"}, "list": [1, 2], "text_config": {"hidden_size": 7}
            }
            """
        ),
        "m/config.json"
    );

    [Fact]
    public void Values_are_found_by_key_and_by_dotted_key()
    {
        Assert.Equal(["A"], _config.Architectures);
        Assert.Equal("m", _config.ModelType);
        Assert.Equal((3, 1e-5, true), (_config.Integer("n"), _config.Number("x"), _config.Flag("on")));
        Assert.Equal(3.0, _config.Number("n"));
        Assert.Equal((8.0, "llama3"), (_config.Number("rope_scaling.factor"), _config.Text("rope_scaling.type")));
        Assert.Equal([1, 2], _config.Integers("list"));
        Assert.Equal(7, _config.TextConfig.Integer("hidden_size"));
        Assert.Equal(5, _config.IntegerOr("no", 5));
    }

    [Fact]
    public void A_null_key_exists_but_is_not_set()
    {
        Assert.True(_config.Has("no"));
        Assert.False(_config.IsSet("no"));
        Assert.False(_config.Has("n.x"));
        Assert.False(_config.Has("missing"));
    }

    [Fact]
    public void A_wrong_value_is_told_with_key_expectation_and_what_was_found()
    {
        Assert.Equal(
            "m/config.json: \"rope_scaling.type\" must be a number, found \"llama3\".",
            Assert.Throws<BadFileException>(() => _config.Number("rope_scaling.type")).Message
        );
        Assert.Contains("found no such key", Assert.Throws<BadFileException>(() => _config.Integer("missing")).Message);
        Assert.Contains(
            "32 bits, found 99999999999",
            Assert.Throws<BadFileException>(() => _config.Integer("big")).Message
        );
        Assert.Contains("found [1,2]", Assert.Throws<BadFileException>(() => _config.Text("list")).Message);
    }

    [Fact]
    public void What_must_be_an_object_and_is_none_is_refused()
    {
        HfConfig config = new(JsonNode.Parse("""{ "text_config": 3, "vision_config": null }""")!.AsObject());

        Assert.Null(config.Nested("vision_config"));
        Assert.Contains(
            "text_config",
            Assert.Throws<BadFileException>(() => config.Nested("text_config")).Message,
            StringComparison.Ordinal
        );
    }
}
