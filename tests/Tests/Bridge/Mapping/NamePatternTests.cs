using MegatronBridge.Mapping;

namespace MegatronBridge.Tests.Bridge.Mapping;

public sealed class NamePatternTests
{
    [Theory]
    [InlineData("model.layers.*.mlp.experts.*.up_proj.weight", "model.layers.12.mlp.experts.3.up_proj.weight", 12, 3)]
    [InlineData(
        "decoder.layers.*.mlp.experts.linear_fc1.weight*",
        "decoder.layers.0.mlp.experts.linear_fc1.weight10",
        0,
        10
    )]
    [InlineData("model.layers.{N+*}.mlp.experts.*.w1", "model.layers.62.mlp.experts.7.w1", 1, 7)]
    public void Numbers_are_read_from_a_name_and_written_into_one(string pattern, string name, int first, int second)
    {
        int[] numbers = [first, second];
        Assert.Equal(numbers, new NamePattern(pattern).Match(name, decoderLayers: 61));
        Assert.Equal(name, new NamePattern(pattern).Format(numbers, decoderLayers: 61));
    }

    [Theory]
    [InlineData("model.layers.*.norm", "model.layers.x.norm")]
    [InlineData("model.layers.*.norm", "model.layers..norm")]
    [InlineData("model.layers.*.norm", "model.layers.01.norm")]
    [InlineData("model.layers.*.norm", "model.layers.-1.norm")]
    [InlineData("model.layers.*.norm", "model.layers.99999999999.norm")]
    [InlineData("model.layers.*.norm", "model.layers.1.norm.weight")]
    [InlineData("model.layers.{N+*}.norm", "model.layers.60.norm")]
    [InlineData("model.norm", "model.norms")]
    public void Other_names_do_not_match(string pattern, string name) =>
        Assert.Null(new NamePattern(pattern).Match(name, decoderLayers: 61));

    [Theory]
    [InlineData("visual.**", "visual.blocks.0.norm1.weight", "blocks.0.norm1.weight")]
    [InlineData("talker.layers.*.**", "talker.layers.7.norm.weight", "norm.weight")]
    public void Two_stars_at_the_end_stand_for_the_rest(string pattern, string name, string rest)
    {
        NamePattern towers = new(pattern);
        int[]? numbers = towers.Match(name, out string more);
        Assert.NotNull(numbers);
        Assert.Equal(rest, more);
        Assert.Equal(name, towers.Format(numbers) + more);
        Assert.Null(towers.Match(name[..^rest.Length])); // something must follow
        Assert.Null(towers.Match("model." + name));
    }

    [Fact]
    public void A_mapping_moves_to_another_place_of_the_model()
    {
        Gated row = new("decoder.layers.*.mlp.linear_fc1.weight", "model.layers.*.mlp.{gate,up}_proj.weight");
        ParameterMapping moved = row.Moved(
            ("decoder.layers.*.", "mtp.layers.*.mtp_model_layer."),
            ("model.layers.*.", "model.layers.{N+*}.")
        );
        Assert.Equal(
            "mtp.layers.*.mtp_model_layer.mlp.linear_fc1.weight <- gated(model.layers.{N+*}.mlp.gate_proj.weight, model.layers.{N+*}.mlp.up_proj.weight)",
            moved.ToString()
        );
        Assert.Equal("decoder.layers.*.mlp.linear_fc1.weight", row.Megatron.Text);
        Assert.Throws<ArgumentException>(() => row.Moved(("encoder.", ""), ("", "")));
    }

    [Fact]
    public void Braces_choose_between_names_and_leave_counted_layers_alone()
    {
        Gated row = new("mtp.layers.*.linear_fc1.weight", "model.layers.{N+*}.mlp.{gate,up}_proj.weight");
        Assert.Equal(
            ["model.layers.{N+*}.mlp.gate_proj.weight", "model.layers.{N+*}.mlp.up_proj.weight"],
            row.Hf.Select(name => name.Text)
        );
    }
}
