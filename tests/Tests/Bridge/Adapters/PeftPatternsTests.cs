using System.Diagnostics;
using System.Text.Json.Nodes;
using MegatronBridge.Adapters;

namespace MegatronBridge.Tests.Bridge.Adapters;

/// <summary>Patterns mean what they mean to the library peft.</summary>
public sealed class PeftPatternsTests
{
    private const string Query = "model.layers.12.self_attn.q_proj";

    [Theory]
    [InlineData("""{"q_proj": 4}""", 4.0)]
    [InlineData("""{"self_attn.q_proj": 4}""", 4.0)]
    [InlineData("""{"attn.q_proj": 4}""", null)] // no whole part of a name
    [InlineData("""{"k_proj": 4}""", null)]
    [InlineData("""{"q_proj": 4, "layers.12.self_attn.q_proj": 8}""", 4.0)] // the first one counts
    [InlineData("""{"layers.12.self_attn.q_proj": 8, "q_proj": 4}""", 8.0)]
    [InlineData("""{"(q|k)_proj": 4}""", 4.0)]
    [InlineData("""{"^model.layers.12.self_attn.q_proj": 4}""", 4.0)]
    [InlineData("""{"^layers.12.self_attn.q_proj": 4}""", null)]
    [InlineData("""{".*\\.(1[0-9])\\..*q_proj": 4}""", 4.0)]
    [InlineData("""{"layers\\.\\d{2}\\.self_attn\\.q_proj": 4}""", 4.0)]
    [InlineData("null", null)]
    [InlineData("{}", null)]
    public void The_first_pattern_that_ends_a_name_counts(string json, double? expected)
    {
        List<string> faults = [];
        PeftPatterns patterns = new("rank_pattern", JsonNode.Parse(json), _ => true, faults);
        Assert.Empty(faults);
        Assert.Equal(expected, patterns.Find(Query));
    }

    [Theory]
    [InlineData("""{"(q": 4}""")]
    [InlineData("""{"q(?!x)": 4}""")] // looks ahead
    [InlineData("""{"((a{99}){99}){99}": 4}""")]
    [InlineData("""{"q": "4"}""")]
    [InlineData("""{"q": null}""")]
    [InlineData("""{"q": 1e400}""")]
    [InlineData("[]")]
    [InlineData("7")]
    public void What_cannot_be_is_a_fault(string json)
    {
        List<string> faults = [];
        _ = new PeftPatterns("rank_pattern", JsonNode.Parse(json), double.IsFinite, faults);
        Assert.Single(faults);
    }

    [Fact]
    public void No_pattern_takes_long()
    {
        List<string> faults = [];
        Stopwatch watch = Stopwatch.StartNew();
        PeftPatterns patterns = new("rank_pattern", JsonNode.Parse("""{"(a*)*(a*)*(a|aa)*b": 4}"""), _ => true, faults);
        Assert.Null(patterns.Find(new string('a', 20_000)));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("""["q_proj"]""", true)]
    [InlineData("""["proj"]""", false)]
    [InlineData("""["layers.12.self_attn.q_proj"]""", true)]
    [InlineData("\"model.layers.12.self_attn.q_proj\"", true)]
    [InlineData("\"q_proj\"", false)] // an expression is for whole names
    [InlineData("\".*\\\\.[qk]_proj\"", true)]
    public void Targets_are_ends_of_names_or_one_expression(string json, bool expected)
    {
        List<string> faults = [];
        PeftTargets targets = new("target_modules", JsonNode.Parse(json), faults);
        Assert.Empty(faults);
        Assert.False(targets.IsUnclear);
        Assert.Equal(expected, targets.Has(Query));
    }

    [Theory]
    [InlineData("\"all-linear\"")]
    [InlineData("\"(?!.*vision).*q_proj\"")]
    public void What_only_peft_can_tell_is_unclear(string json)
    {
        List<string> faults = [];
        Assert.True(new PeftTargets("target_modules", JsonNode.Parse(json), faults).IsUnclear);
        Assert.Empty(faults);
        _ = new PeftTargets("target_modules", JsonNode.Parse("[1]"), faults);
        Assert.Single(faults);
    }
}
